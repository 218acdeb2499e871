package io.penstock.testkit.oracle;

import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.completion.Reaping;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.SyncScope;
import io.penstock.core.request.IoRequest;
import io.penstock.testkit.Dice;
import io.penstock.testkit.Divergence;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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
  private final Course course;
  private final BioReferee bios;
  private final Requests flights;
  private final Terrain terrain;
  private final List<ModelDevice> devices = new ArrayList<>();
  private final BlockTable table;
  private final BlockFile file;
  private final MemoryBank bank = new MemoryBank();
  private final Verification verification;
  private long sinceReset;

  private Simulation(long seed, int requests, boolean tracing) {
    this.seed = seed;
    this.requests = requests;
    dice = Dice.of(seed, 1);
    shape = RunShape.of(Dice.of(seed, 2), true);
    model = new FileModel(shape.sectorBytes(), shape.blockBytes(), shape.capacity());
    completions = new CompletionExecutor("simulated", () -> executor);
    course = new Course(shape, Dice.of(seed, 3), executor, completions, tracing);
    bios = new BioReferee(course);
    EndReferee ends = new EndReferee(course);
    for (int i = 0; i < shape.limits().size(); i++) {
      devices.add(
          new ModelDevice(
              "disk" + i,
              shape.limits().get(i),
              (long) shape.deviceBlocks() * shape.blockBytes(),
              bios));
    }
    table = new BlockTable(shape, devices);
    ModelLayout layout =
        new ModelLayout(shape, table, Dice.of(seed, 4), new MapReferee(course), ends);
    BlockFile.Builder builder =
        BlockFile.builder(devices.getFirst(), layout)
            .name("file")
            .blockSize(shape.blockBytes())
            .size(shape.initialSize())
            .dataSync(shape.dataSync())
            .cache(new CacheReferee(course))
            .endOfIo(layout)
            .sync(ends)
            .warnings(course)
            .completions(completions)
            .memoryPolicy(shape.policy())
            .maxOutstandingBios(shape.maxOutstandingBios());
    if (shape.submitHook()) {
      builder.submit((bio, device) -> device.submit(bio));
    }
    file = builder.build();
    course.attach(table, file);
    MemorySegment[] elsewhere = new MemorySegment[1];
    companion.run(() -> elsewhere[0] = Arena.ofConfined().allocate(1 << 16, 4096));
    verification = new Verification(shape, model, table, devices, bank);
    terrain = new Terrain(seed, dice, course, model, verification);
    RequestMaker maker = new RequestMaker(shape, bank, model, elsewhere[0], bios);
    flights =
        new Requests(
            seed,
            requests,
            dice,
            course,
            model,
            bank,
            maker,
            verification,
            this::drain,
            this::pause);
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
      terrain.layOut();
      int afterSyncFailure = 60;
      while (flights.made() < requests && afterSyncFailure > 0) {
        step();
        afterSyncFailure -= course.stickySync == null ? 0 : 1;
      }
      drain();
      idle(true);
      checkSync();
      return new Report(
          seed,
          flights.made(),
          course.accounts.reads(),
          course.accounts.writes(),
          course.accounts.bytesRead(),
          course.accounts.bytesWritten());
    } catch (AssertionError | RuntimeException failure) {
      throw told(failure);
    }
  }

  private Divergence told(Throwable failure) {
    StringBuilder text = new StringBuilder();
    text.append("seed ")
        .append(seed)
        .append(", request ")
        .append(flights.made())
        .append(" of ")
        .append(requests)
        .append('\n');
    try {
      course.throwDivergence();
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
    text.append("requests in flight:").append(course.activeForPeople());
    if (!course.trace().isEmpty()) {
      List<String> trace = course.trace();
      text.append("\nlast events:\n");
      trace
          .subList(Math.max(0, trace.size() - 400), trace.size())
          .forEach(line -> text.append(line).append('\n'));
    }
    return new Divergence(text.toString(), failure);
  }

  // --- scheduling ---

  private void step() {
    flights.checkLate();
    int choice = dice.below(10);
    if (course.active.size() < shape.concurrency() && choice < 6) {
      flights.start(true, "");
    } else if (choice < 9) {
      progress();
    } else {
      cancelSome();
    }
    course.throwDivergence();
    if (course.active.isEmpty() && !flights.lockHeld) {
      idle(false);
    } else if (++sinceReset > 4000 || (dice.oneIn(60) && course.active.size() > 1)) {
      drain();
      idle(false);
    }
  }

  private boolean progress() {
    if (executor.waiting() > 0 && dice.oneIn(2)) {
      return executor.runOne(dice.oneIn(2) ? dice : null);
    }
    if (!course.held.isEmpty()) {
      List<Bios.Sent> batch = new ArrayList<>();
      for (int most = dice.oneIn(2) ? 1 : dice.between(1, 8);
          most > 0 && !course.held.isEmpty();
          most--) {
        batch.add(course.held.remove(dice.below(course.held.size())));
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
    if (flights.lockHeld) {
      flights.lockHeld = false;
      course.note("release the lock");
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
      batch.forEach(bios::complete);
    } finally {
      if (reaping) {
        Reaping.end();
      }
    }
  }

  private void drain() {
    while (!course.active.isEmpty() || executor.waiting() > 0 || flights.lockHeld) {
      boolean moved = progress();
      course.throwDivergence();
      if (!moved) {
        throw course.diverged(
            "nothing is left to be done, but requests have not completed (CMP-8):"
                + course.activeForPeople());
      }
    }
  }

  private void cancelSome() {
    List<Flight> wanted = new ArrayList<>();
    for (Flight each : course.active) {
      if (each.faults.cancelAfter() > 0 && each.request != null && !each.cancelWished) {
        wanted.add(each);
      }
    }
    if (!wanted.isEmpty()) {
      Flight flight = wanted.get(dice.below(wanted.size()));
      IoRequest request = Objects.requireNonNull(flight.request);
      course.note("cancel #%d", flight.number);
      if (request.cancel(flight.generation - 1)) {
        throw course.diverged("a cancel with an old generation was noted (CMP-11): " + flight);
      }
      flight.cancelWished = true;
      request.cancel(flight.generation);
    } else if (shape.traits().locking()
        && !flights.lockHeld
        && dice.oneIn(3)
        && file.lock().tryAcquire()) {
      course.note("hold the lock");
      flights.lockHeld = true;
    } else if (course.active.size() > 0) {
      progress();
    }
  }

  /** A sync fails as the first failed one did, or succeeds when none has (CMP-6). */
  private void checkSync() {
    IOException failure = course.stickySync;
    course.maintenance = true;
    try {
      file.sync(SyncScope.ALL);
      if (failure != null) {
        throw course.diverged("a sync succeeded after one had failed with " + failure + " (CMP-6)");
      }
    } catch (IOException thrown) {
      if (failure == null || Flight.errno(thrown) != Flight.errno(failure)) {
        throw course.diverged("a sync failed with " + thrown + ", expected " + failure);
      }
    } finally {
      course.maintenance = false;
    }
  }

  // --- when nothing is in flight ---

  private void pause() {
    drain();
    idle(false);
  }

  private void idle(boolean last) {
    sinceReset = 0;
    String wrong = verification.wrongBalance(file, course, executor);
    if (wrong == null && (last || dice.oneIn(150))) {
      wrong = verification.wrongDevice(0, shape.capacity());
    }
    if (wrong == null && (last || dice.oneIn(400))) {
      wrong = verification.wrongFreeBlocks();
    }
    if (wrong != null) {
      throw course.diverged(wrong);
    }
    bank.reset();
    if (!last && !shape.isRaw()) {
      if (dice.oneIn(30)) {
        terrain.truncate();
      } else if (dice.oneIn(20)) {
        terrain.reshuffle();
      } else if (dice.oneIn(10)) {
        terrain.leaveStaleBytes();
      }
    }
    course.throwDivergence();
  }

  /** Releases the run's memory. */
  @Override
  public void close() {
    if (file.requestsInFlight() == 0 || !course.hasDiverged()) {
      file.close();
    }
    companion.close();
    try {
      bank.close();
    } catch (IllegalStateException inUse) {
      if (!course.hasDiverged()) {
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
