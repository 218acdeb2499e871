package io.penstock.testkit;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.completion.Reaping;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.MappingKind;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One run of the engine against the model: a file, a layout and devices that a seed makes up, and
 * requests, faults and interleavings that it makes up too. Everything happens in one order that the
 * seed determines, so a run can be repeated.
 */
public final class Simulation implements AutoCloseable {
  /** Requests of a run unless it is told otherwise. */
  public static final int DEFAULT_REQUESTS = 2000;

  private final long seed;
  private final int requests;
  private final RunShape shape;
  private final Dice dice;
  private final Companion companion = new Companion("penstock-simulation-companion");
  private final StepExecutor executor = new StepExecutor(companion);
  private final CompletionExecutor completions;
  private final FileModel model;
  private final Referee referee;
  private final List<ModelDevice> devices = new ArrayList<>();
  private final BlockTable table;
  private final BlockFile file;
  private final MemoryBank bank = new MemoryBank();
  private final RequestMaker maker;
  private final Verification verification;
  private final IdentityHashMap<IoRequest, Flight> byRequest = new IdentityHashMap<>();
  private final Deque<IoRequest> idleRequests = new ArrayDeque<>();
  private final List<Flight> late = new ArrayList<>();
  private final Thread thread = Thread.currentThread();
  private int made;
  private long sinceReset;
  private @Nullable Thread inHandler;
  private boolean lockHeldByRun;

  private Simulation(long seed, int requests, boolean tracing) {
    this.seed = seed;
    this.requests = requests;
    dice = Dice.of(seed, 1);
    shape = RunShape.of(Dice.of(seed, 2), true);
    model = new FileModel(shape.sectorBytes(), shape.blockBytes(), shape.capacity());
    completions = new CompletionExecutor("simulated", () -> executor);
    referee = new Referee(shape, Dice.of(seed, 3), executor, completions, tracing);
    for (int i = 0; i < shape.limits().size(); i++) {
      devices.add(
          new ModelDevice(
              "disk" + i,
              shape.limits().get(i),
              (long) shape.deviceBlocks() * shape.blockBytes(),
              referee));
    }
    table = new BlockTable(shape, devices);
    ModelLayout layout = new ModelLayout(shape, table, Dice.of(seed, 4), referee);
    BlockFile.Builder builder =
        BlockFile.builder(devices.getFirst(), layout)
            .name("file")
            .blockSize(shape.blockBytes())
            .size(shape.initialSize())
            .dataSync(shape.dataSync())
            .cache(referee)
            .endOfIo(layout)
            .sync(referee)
            .warnings(referee)
            .completions(completions)
            .memoryPolicy(shape.policy())
            .maxOutstandingBios(shape.maxOutstandingBios());
    if (shape.submitHook()) {
      builder.submit((bio, device) -> device.submit(bio));
    }
    file = builder.build();
    referee.attach(table, file);
    MemorySegment[] elsewhere = new MemorySegment[1];
    companion.run(() -> elsewhere[0] = Arena.ofConfined().allocate(1 << 16, 4096));
    maker = new RequestMaker(shape, bank, model, elsewhere[0], referee);
    executor.around(this::runTask);
    verification = new Verification(shape, model, table, devices, bank);
  }

  /** Runs the seed with the usual number of requests. */
  public static Report run(long seed) {
    return run(seed, DEFAULT_REQUESTS);
  }

  /**
   * Runs so many requests of a seed.
   *
   * @throws Divergence when the engine does something else than it must; the message says how to
   *     repeat it
   */
  public static Report run(long seed, int requests) {
    return run(seed, requests, false);
  }

  /** Runs a seed whose divergence then tells of the events before it. */
  static Report runTraced(long seed, int requests) {
    return run(seed, requests, true);
  }

  private static Report run(long seed, int requests, boolean tracing) {
    try (Simulation simulation = new Simulation(seed, requests, tracing)) {
      return simulation.run();
    }
  }

  private Report run() {
    try {
      layOut();
      while (made < requests && referee.stickySync == null) {
        step();
      }
      drain();
      idle(true);
      return new Report(
          seed, made, referee.reads, referee.writes, referee.bytesRead, referee.bytesWritten);
    } catch (AssertionError | RuntimeException failure) {
      throw told(failure);
    }
  }

  private Divergence told(Throwable failure) {
    StringBuilder text = new StringBuilder();
    text.append("seed ")
        .append(seed)
        .append(", request ")
        .append(made)
        .append(" of ")
        .append(requests)
        .append('\n');
    try {
      referee.throwDivergence();
      text.append(failure instanceof Divergence ? failure.getMessage() : "failed with " + failure);
    } catch (Divergence first) {
      text.append(first.getMessage());
      failure = first;
    }
    text.append("\nrun: ")
        .append(shape)
        .append("\nfile size ")
        .append(file.size())
        .append(", blocks\n")
        .append(table);
    text.append("requests in flight:").append(referee.activeForPeople());
    if (!referee.trace().isEmpty()) {
      List<String> trace = referee.trace();
      text.append("\nlast events:\n");
      trace
          .subList(Math.max(0, trace.size() - 400), trace.size())
          .forEach(line -> text.append(line).append('\n'));
    }
    return new Divergence(text.toString(), failure);
  }

  // --- the layout ---

  private void layOut() {
    Dice layoutDice = Dice.of(seed, 5);
    int initial = model.newWriter();
    long size = shape.initialSize();
    int block = shape.blockBytes();
    for (int first = 0; first < shape.blocks(); ) {
      int length =
          Math.min(
              shape.blocks() - first, layoutDice.between(1, layoutDice.pickInt(2, 6, 30, 200)));
      boolean inside = (long) first * block < size;
      if (inside) {
        length = (int) Math.min(length, (size + block - 1) / block - first);
      }
      MappingKind kind =
          shape.isRaw() || (inside && layoutDice.percent(55))
              ? MappingKind.MAPPED
              : layoutDice.percent(inside ? 50 : 20) ? MappingKind.UNWRITTEN : MappingKind.HOLE;
      if (kind != MappingKind.HOLE) {
        length = place(layoutDice, first, length, kind);
      }
      if (kind == MappingKind.MAPPED) {
        model.set((long) first * block, (long) (first + length) * block, initial);
      }
      first += Math.max(1, length);
    }
    model.succeeded(initial);
    cutModel(size, layoutDice.oneIn(2));
    writeModelToDevices();
  }

  private int place(Dice layoutDice, int first, int length, MappingKind kind) {
    if (!shape.isRaw()) {
      return table.allocate(layoutDice, first, length, kind);
    }
    for (int i = 0; i < length; i++) {
      table.put(first + i, 0, first + i, kind);
    }
    return length;
  }

  /**
   * The file ends at {@code size}: nothing beyond, but perhaps old bytes in the rest of its last
   * block.
   */
  private void cutModel(long size, boolean stale) {
    int sector = shape.sectorBytes();
    long beyond = (size + sector - 1) / sector * sector;
    long blockEnd =
        Math.min(
            shape.capacity(),
            (size + shape.blockBytes() - 1) / shape.blockBytes() * shape.blockBytes());
    model.cut(size);
    boolean mapped =
        blockEnd > beyond && table.kind(size / shape.blockBytes()) == MappingKind.MAPPED;
    model.set(beyond, blockEnd, stale && mapped ? Pattern.POISON : 0);
    model.set(Math.max(beyond, blockEnd), shape.capacity(), 0);
  }

  private void writeModelToDevices() {
    int sector = shape.sectorBytes();
    for (int i = 0; i < shape.capacity() / sector; i++) {
      long offset = (long) i * sector;
      long block = offset / shape.blockBytes();
      if (table.kind(block) != MappingKind.MAPPED) {
        continue;
      }
      long candidate = model.candidates(i)[0];
      long at = table.deviceOffset(block) + offset % shape.blockBytes();
      if (FileModel.writer(candidate) != Pattern.POISON) {
        MemorySegment store = table.device(block).store();
        store.asSlice(at, sector).fill((byte) 0);
        Pattern.fill(store, at, FileModel.keep(candidate), FileModel.writer(candidate), offset);
      }
    }
  }

  // --- scheduling ---

  private void step() {
    late.forEach(this::checkMemory);
    late.clear();
    int choice = dice.below(10);
    if (referee.active.size() < shape.concurrency() && choice < 6) {
      start(true, "");
    } else if (choice < 9) {
      progress();
    } else {
      cancelSome();
    }
    referee.throwDivergence();
    if (referee.active.isEmpty() && !lockHeldByRun) {
      idle(false);
    } else if (++sinceReset > 4000 || (dice.oneIn(60) && referee.active.size() > 1)) {
      drain();
      idle(false);
    }
  }

  private boolean progress() {
    if (executor.waiting() > 0 && dice.oneIn(2)) {
      return executor.runOne(dice.oneIn(2) ? dice : null);
    }
    if (!referee.held.isEmpty()) {
      List<Bios.Sent> batch = new ArrayList<>();
      for (int most = dice.oneIn(2) ? 1 : dice.between(1, 8);
          most > 0 && !referee.held.isEmpty();
          most--) {
        batch.add(referee.held.remove(dice.below(referee.held.size())));
      }
      boolean reaping = batch.size() > 1 || dice.oneIn(2);
      if (dice.oneIn(8)) {
        companion.run(() -> deliver(batch, reaping));
      } else {
        // what a completion sets going may run before the completion itself goes on
        executor.atOnce(dice.oneIn(4));
        try {
          deliver(batch, reaping);
        } finally {
          executor.atOnce(false);
        }
      }
      return true;
    }
    if (executor.runOne(null)) {
      return true;
    }
    if (lockHeldByRun) {
      lockHeldByRun = false;
      referee.note("release the lock");
      file.lock().release();
      return true;
    }
    return false;
  }

  private void deliver(List<Bios.Sent> batch, boolean reaping) {
    if (reaping) {
      Reaping.begin();
    }
    try {
      batch.forEach(referee::complete);
    } finally {
      if (reaping) {
        Reaping.end();
      }
    }
  }

  private void drain() {
    while (!referee.active.isEmpty() || executor.waiting() > 0 || lockHeldByRun) {
      boolean moved = progress();
      referee.throwDivergence();
      if (!moved) {
        throw referee.diverged(
            "nothing is left to be done, but requests have not completed (CMP-8):"
                + referee.activeForPeople());
      }
    }
  }

  private void cancelSome() {
    List<Flight> wanted = new ArrayList<>();
    for (Flight each : referee.active) {
      if (each.faults.cancelAfter() > 0 && each.request != null && !each.cancelWished) {
        wanted.add(each);
      }
    }
    if (!wanted.isEmpty()) {
      Flight flight = wanted.get(dice.below(wanted.size()));
      IoRequest request = Objects.requireNonNull(flight.request);
      referee.note("cancel #%d", flight.number);
      if (request.cancel(flight.generation - 1)) {
        throw referee.diverged("a cancel with an old generation was noted (CMP-11): " + flight);
      }
      flight.cancelWished = true;
      request.cancel(flight.generation);
    } else if (shape.traits().locking()
        && !lockHeldByRun
        && dice.oneIn(3)
        && file.lock().tryAcquire()) {
      referee.note("hold the lock");
      lockHeldByRun = true;
    } else if (referee.active.size() > 0) {
      progress();
    }
  }

  // --- requests ---

  private void start(boolean maySync, String where) {
    boolean idle = referee.active.isEmpty() && !lockHeldByRun;
    boolean async = !maySync || dice.percent(60);
    Flight flight =
        maker.make(
            made,
            Dice.of(seed, 1000L + made),
            new RequestMaker.Wish(async, idle && maySync, true, where),
            file.size());
    if (flight == null) {
      if (referee.active.isEmpty()) {
        bank.reset();
        made++;
      } else if (maySync) {
        drain();
        idle(false);
      }
      return;
    }
    boolean waits = flight.async && (flight.has(IoFlag.FORCE_WAIT) || extendsUnpublished(flight));
    if (waits && !maySync) {
      return;
    }
    boolean holdsBack = flight.async && flight.write && !shape.traits().publishesSize();
    if (holdsBack && !maySync) {
      return;
    }
    boolean mayWait =
        (!flight.async || holdsBack)
            && (shape.traits().locking()
                || (flight.write && shape.blockBytes() > shape.sectorBytes()));
    if (!idle && (waits || mayWait) && flight.refusal != Flight.Refusal.MUST && !flight.immediate) {
      drain();
      idle = true;
      flight.sizeAtStart = file.size();
      flight.immediate = false;
      flight.refusal = Flight.Refusal.NEVER;
      flight.beyondEnd = false;
      flight.pastEndOverwrite = false;
      maker.expect(flight, file.size());
      waits = flight.async && (flight.has(IoFlag.FORCE_WAIT) || extendsUnpublished(flight));
    }
    made++;
    if (hasTwin(flight)) {
      return;
    }
    if (flight.has(IoFlag.NOWAIT) && !idle) {
      flight.walk.mayFail(Errno.EAGAIN);
    }
    boolean locked = flight.write && shape.traits().locking();
    if (locked && !file.lock().tryAcquire()) {
      return;
    }
    flight.waitedFor = waits;
    begin(flight, waits);
    if (locked) {
      file.lock().release();
    }
  }

  /**
   * A task that is a request says which request goes on; that helps to tell requests for the same
   * bytes apart.
   */
  private void runTask(Runnable task) {
    Flight before = referee.current;
    referee.current = task instanceof IoRequest request ? byRequest.get(request) : null;
    try {
      task.run();
    } finally {
      referee.current = before;
    }
  }

  private long down(long offset) {
    return offset - offset % shape.blockBytes();
  }

  private long up(long offset) {
    return down(offset + shape.blockBytes() - 1);
  }

  /**
   * Whether the referee could not tell this request's end from that of another one in flight; or
   * two writes of the same blocks would be in flight of which one loses its memory half-way: the
   * zeros it then leaves may land on what the other wrote.
   */
  private boolean hasTwin(Flight flight) {
    boolean alone =
        flight.write
            && shape.blockBytes() > shape.sectorBytes()
            && flight.position % shape.blockBytes() != 0;
    for (Flight each : referee.active) {
      if (each.write == flight.write && each.position == flight.position && !alone) {
        return true;
      }
      boolean overlap =
          each.write
              && flight.write
              && each.touches(down(flight.position), up(flight.position + flight.length));
      if (overlap && (each.losesMemory() || flight.losesMemory())) {
        return true;
      }
    }
    return false;
  }

  private boolean extendsUnpublished(Flight flight) {
    return flight.write
        && !shape.traits().publishesSize()
        && flight.position + flight.length > file.size();
  }

  private void begin(Flight flight, boolean waits) {
    referee.note("start %s", flight);
    boolean counts = flight.refusal != Flight.Refusal.MUST && !flight.immediate;
    if (counts && flight.write) {
      model.beginWrite(
          flight.writer, flight.position, flight.position + flight.length, flight.sizeAtStart);
    } else if (counts) {
      flight.reading = model.beginRead(flight.position, flight.position + flight.length);
    }
    referee.active.add(flight);
    IoVector vector = flight.memory.vector(flight.lazySource, flight.readOnlyMemory);
    Flight before = referee.current;
    referee.current = flight;
    referee.inlineAll = waits;
    executor.atOnce(waits);
    try {
      if (flight.async) {
        submit(flight, vector);
      } else {
        call(flight, vector);
      }
    } finally {
      referee.inlineAll = false;
      executor.atOnce(false);
      referee.current = before;
    }
    flight.returned = true;
    if (waits && !flight.ended) {
      throw referee.diverged(
          "the submission returned before the end of a request that it has to wait for (ADM-8): "
              + flight);
    }
    if (flight.ended && flight.write && flight.publishTo > 0) {
      file.extendTo(flight.publishTo);
    }
    checkLockFree(flight);
  }

  /** The lock of a read is let go before the device is waited for (ADM-11). */
  private void checkLockFree(Flight flight) {
    boolean alone = referee.active.size() == 1 && !lockHeldByRun;
    if (!flight.write
        && alone
        && !flight.ended
        && shape.traits().locking()
        && flight.walk.isOver()
        && flight.walk.everythingSent()
        && file.lock().isHeld()) {
      throw referee.diverged(
          "a read holds the lock although everything is mapped (ADM-11): " + flight);
    }
  }

  private void call(Flight flight, IoVector vector) {
    try {
      long bytes =
          flight.write
              ? DirectIo.write(file, vector, flight.position, flight.flags)
              : DirectIo.read(file, vector, flight.position, flight.flags);
      finish(flight, bytes, null, false);
    } catch (IOException failure) {
      finish(
          flight,
          0,
          failure,
          flight.mapCalls == 0 && flight.hookCalls == 0 && flight.writeBacks == 0);
    } catch (RuntimeException failure) {
      refusedUnchecked(flight, failure);
    }
  }

  private void refusedUnchecked(Flight flight, RuntimeException failure) {
    if (flight.refusal != Flight.Refusal.MUST || flight.refusalErrno != null) {
      throw new Divergence("threw " + failure + " for " + flight, failure);
    }
    finish(flight, 0, new IOException(failure), true);
  }

  private void submit(Flight flight, IoVector vector) {
    IoRequest request =
        idleRequests.isEmpty() || dice.oneIn(20) ? DirectIo.newRequest() : idleRequests.pop();
    flight.request = request;
    flight.generation = request.generation() + 1;
    request.tag(flight.number);
    byRequest.put(request, flight);
    try {
      long generation =
          DirectIo.submit(
              request,
              flight.write ? Direction.WRITE : Direction.READ,
              file,
              vector,
              flight.position,
              flight.flags,
              (done, bytes, error) -> handle(flight, done, bytes, error));
      if (!flight.ended) {
        flight.generation = generation;
      }
    } catch (IOException refused) {
      finish(flight, 0, refused, true);
    } catch (RuntimeException refused) {
      refusedUnchecked(flight, refused);
    }
  }

  private void handle(Flight flight, IoRequest request, long bytes, @Nullable IOException error) {
    Thread before = inHandler;
    try {
      referee.note("  handler of #%d: %d bytes, error %s", flight.number, bytes, error);
      if (inHandler == Thread.currentThread()) {
        throw referee.diverged("a handler is called from inside of another (CMP-7): " + flight);
      }
      if (flight.request != request || request.tag() != flight.number) {
        throw referee.diverged("a handler is called with another request (CMP-8): " + flight);
      }
      if (request.isInFlight()) {
        throw referee.diverged("a handler is called while its request is in flight: " + flight);
      }
      boolean deferred =
          !flight.isWaitedFor()
              && !flight.bios.isEmpty()
              && (flight.walk.defers()
                  || (flight.dataSync && !flight.walk.isForced() && error == null));
      if (deferred && !executor.isRunningTask()) {
        throw referee.diverged(
            "a deferred handler does not run on the executor (CMP-9): " + flight);
      }
      finish(flight, bytes, error, false);
      inHandler = Thread.currentThread();
      if (referee.active.size() < shape.concurrency()
          && made < requests
          && dice.oneIn(6)
          && !referee.inlineAll
          && flight.returned
          && Thread.currentThread() == thread) {
        start(false, " from the handler of #" + flight.number);
      }
    } finally {
      inHandler = before;
    }
    if (flight.faults.handlerThrows()) {
      referee.expectedWarnings++;
      throw new IllegalStateException("injected: a handler that throws");
    }
  }

  private void finish(Flight flight, long bytes, @Nullable IOException error, boolean refused) {
    if (flight.ended) {
      throw referee.diverged("a request ended twice (CMP-8): " + flight);
    }
    referee.note(
        "end #%d %s bytes %d error %s", flight.number, refused ? "refused" : "", bytes, error);
    String wrong = new Verdict(flight, shape, referee).wrong(bytes, error, refused);
    if (wrong != null) {
      throw referee.diverged(
          "got "
              + bytes
              + " bytes and error "
              + error
              + (refused ? " at submission" : "")
              + ": "
              + wrong
              + " for "
              + flight
              + "\nplan "
              + flight.walk.plan());
    }
    flight.ended = true;
    boolean untouched = refused || flight.immediate || flight.buffered;
    settle(flight, bytes, error, untouched);
    if (Thread.currentThread() != thread && flight.memory.isOf(MemoryBank.Origin.CONFINED)) {
      late.add(flight);
    } else {
      wrong = verification.wrongMemory(flight, bytes, error, untouched);
    }
    if (wrong == null && flight.write && !untouched) {
      wrong = verification.wrongDevice(flight.position, flight.position + flight.length);
    }
    if (wrong != null) {
      throw referee.diverged(
          wrong
              + " after "
              + bytes
              + " bytes and error "
              + error
              + " for "
              + flight
              + "\nplan "
              + flight.walk.plan());
    }
    if (flight.reading != null) {
      flight.reading.end();
    }
    referee.forget(flight);
    if (flight.request != null) {
      byRequest.remove(flight.request);
      idleRequests.push(flight.request);
    }
  }

  /** Looks at memory that only this run's own thread may look at. */
  private void checkMemory(Flight flight) {
    String wrong = verification.wrongMemory(flight, 0, null, true);
    if (wrong != null) {
      throw referee.diverged(wrong + " for " + flight);
    }
  }

  private void settle(Flight flight, long bytes, @Nullable IOException error, boolean untouched) {
    if (!flight.write || flight.immediate || flight.refusal == Flight.Refusal.MUST) {
      return;
    }
    boolean failed = error != null && !untouched && !flight.bios.isEmpty();
    long sampled = flight.walk.mappings() > 0 ? flight.walk.sampled() : flight.sizeAtStart;
    boolean zeroed = !flight.bios.isEmpty() && flight.position + flight.length > sampled;
    model.endWrite(
        flight.writer,
        flight.position,
        flight.position + flight.length,
        flight.sizeAtStart,
        error == null ? Math.max(0, bytes) : 0,
        failed,
        zeroed,
        sampled);
    if (error == null && bytes > 0 && !shape.traits().publishesSize()) {
      flight.publishTo = flight.position + bytes;
    }
  }

  // --- when nothing is in flight ---

  private void idle(boolean last) {
    sinceReset = 0;
    String wrong = verification.wrongBalance(file, referee, executor);
    if (wrong == null && (last || dice.oneIn(150))) {
      wrong = verification.wrongDevice(0, shape.capacity());
    }
    if (wrong == null && (last || dice.oneIn(400))) {
      wrong = verification.wrongFreeBlocks();
    }
    if (wrong != null) {
      throw referee.diverged(wrong);
    }
    bank.reset();
    if (!last && !shape.isRaw()) {
      if (dice.oneIn(30)) {
        truncate();
      } else if (dice.oneIn(40)) {
        reshuffle();
      }
    }
    referee.throwDivergence();
  }

  private void truncate() {
    long size = file.size();
    long most = shape.traits().maxFileSize();
    long newSize =
        switch (dice.below(6)) {
          case 0 -> 0;
          case 1 -> Math.min(most, size + dice.below(3L * shape.blockBytes()));
          case 2 -> Math.max(0, size - dice.below(2L * shape.blockBytes()));
          default -> dice.below(most + 1);
        };
    referee.note("truncate from %d to %d", size, newSize);
    referee.maintenance = true;
    int before = referee.truncations;
    if (shape.traits().locking()) {
      file.lock().acquire();
    }
    try {
      DirectIo.truncate(file, newSize);
    } catch (IOException failure) {
      throw new Divergence(
          "truncate from " + size + " to " + newSize + " threw " + failure, failure);
    } finally {
      referee.maintenance = false;
      if (shape.traits().locking()) {
        file.lock().release();
      }
    }
    referee.throwDivergence();
    if (file.size() != newSize
        || referee.truncations > before + 1
        || (newSize < size && referee.truncations != before + 1)) {
      throw referee.diverged(
          "after truncate from "
              + size
              + " to "
              + newSize
              + " the size is "
              + file.size()
              + ", the layout was told "
              + (referee.truncations - before)
              + " times");
    }
    int sector = shape.sectorBytes();
    model.cut(Math.min(size, newSize));
    long from = (Math.min(newSize, size) + sector - 1) / sector * sector;
    model.set(from, shape.capacity(), 0);
    referee.expectCounters(file, devices);
    String wrong =
        verification.wrongDevice(
            Math.min(size, newSize) / shape.blockBytes() * shape.blockBytes(), shape.capacity());
    if (wrong != null) {
      throw referee.diverged(wrong + " after truncate from " + size + " to " + newSize);
    }
  }

  /**
   * The layout changes behind everybody's back, as layouts do: punches holes, allocates ahead,
   * leaves old bytes behind the end of file.
   */
  private void reshuffle() {
    file.freeze();
    int block = shape.blockBytes();
    for (int times = dice.between(1, 4); times > 0; times--) {
      int first = dice.below(shape.blocks());
      int length = dice.between(1, Math.min(shape.blocks() - first, dice.pickInt(1, 4, 20)));
      int what = dice.below(3);
      referee.note("reshuffle %d blocks %d+%d", what, first, length);
      for (int each = first; each < first + length; each++) {
        if (what == 0) {
          table.free(each);
          model.set((long) each * block, (long) (each + 1) * block, 0);
        } else if (what == 1 && table.kind(each) == MappingKind.MAPPED) {
          table.become(each, MappingKind.UNWRITTEN);
          model.set((long) each * block, (long) (each + 1) * block, 0);
        } else if (what == 2 && table.kind(each) == MappingKind.HOLE) {
          each +=
              Math.max(
                  0, table.allocate(dice, each, first + length - each, MappingKind.UNWRITTEN) - 1);
        }
      }
    }
    leaveStaleBytes();
    file.thaw();
  }

  private void leaveStaleBytes() {
    long size = file.size();
    int block = shape.blockBytes();
    long from = (size + shape.sectorBytes() - 1) / shape.sectorBytes() * shape.sectorBytes();
    long to = (size + block - 1) / block * block;
    if (from < to && table.kind(size / block) == MappingKind.MAPPED && dice.oneIn(2)) {
      long at = table.deviceOffset(size / block) + from % block;
      table.device(size / block).poison(at, to - from);
      model.set(from, to, Pattern.POISON);
    }
  }

  /** Releases the run's memory. */
  @Override
  public void close() {
    if (file.requestsInFlight() == 0 || !referee.hasDiverged()) {
      file.close();
    }
    companion.close();
    try {
      bank.close();
    } catch (IllegalStateException inUse) {
      if (!referee.hasDiverged()) {
        throw new Divergence("memory is still in use: " + inUse.getMessage(), inUse);
      }
    }
  }

  /**
   * What a run did.
   *
   * @param seed it was made from
   * @param requests started
   * @param reads bios read
   * @param writes bios written
   * @param bytesRead from devices
   * @param bytesWritten to devices
   */
  public record Report(
      long seed, int requests, long reads, long writes, long bytesRead, long bytesWritten) {}
}
