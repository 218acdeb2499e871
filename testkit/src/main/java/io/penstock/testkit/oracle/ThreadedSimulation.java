package io.penstock.testkit.oracle;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.completion.Reaping;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoRequest;
import io.penstock.testkit.Dice;
import io.penstock.testkit.Divergence;
import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A run with real threads: several submit, two are the devices', others complete. What happens
 * first is not determined by the seed, so only results, memory and devices are compared with the
 * model, not the order of things.
 */
public final class ThreadedSimulation implements AutoCloseable {
  private static final int THREADS = 3;
  private static final int IN_FLIGHT = 4;
  private static final long PATIENCE_SECONDS = 60;

  private final long seed;
  private final int requests;
  private final RunShape shape;
  private final FileModel model;
  private final List<ModelDevice> devices = new ArrayList<>();
  private final BlockTable table;
  private final BlockFile file;
  private final DeviceThreads deviceThreads;
  private final ExecutorService completions =
      Executors.newFixedThreadPool(
          2,
          task ->
              Thread.ofPlatform().daemon().name("penstock-simulation-completion").unstarted(task));
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicInteger hooks = new AtomicInteger();
  private final AtomicInteger transfers = new AtomicInteger();
  private final AtomicLong cancels = new AtomicLong();

  private ThreadedSimulation(long seed, int requests) {
    this.seed = seed;
    this.requests = requests;
    shape = shape(seed);
    model = new FileModel(shape.sectorBytes(), shape.blockBytes(), shape.capacity());
    deviceThreads = new DeviceThreads();
    for (int i = 0; i < shape.limits().size(); i++) {
      long size = (long) shape.deviceBlocks() * shape.blockBytes();
      devices.add(new ModelDevice("disk" + i, shape.limits().get(i), size, deviceThreads));
    }
    table = new BlockTable(shape, devices);
    Silent silent = new Silent();
    ModelLayout layout = new ModelLayout(shape, table, Dice.of(seed, 4), silent, silent);
    file =
        BlockFile.builder(devices.getFirst(), layout)
            .name("file")
            .blockSize(shape.blockBytes())
            .dataSync(shape.dataSync())
            .endOfIo(layout)
            .completions(new CompletionExecutor("simulated", () -> completions))
            .maxOutstandingBios(shape.maxOutstandingBios())
            .warnings((subject, what, cause) -> fail(new Divergence(subject + ": " + what, cause)))
            .build();
  }

  /** Shapes without what only an exact order of things can be checked with. */
  private static RunShape shape(long seed) {
    for (long part = 100; ; part++) {
      RunShape each = RunShape.of(Dice.of(seed, part), false);
      boolean plain =
          each.refusesHoles() == 0 && each.traits().fillsHoles() && each.traits().publishesSize();
      boolean roomy = (long) each.deviceBlocks() * each.limits().size() >= each.blocks() + 2L;
      boolean bounces = each.policy() == io.penstock.core.memory.MemoryPolicy.BOUNCE;
      if (plain && roomy && bounces && !each.isRaw() && !each.traits().ownInFlightScheme()) {
        return each;
      }
    }
  }

  /**
   * Runs so many requests of a seed.
   *
   * @throws Divergence when a result, memory or a device is not what the model says
   */
  public static void run(long seed, int requests) {
    try (ThreadedSimulation simulation = new ThreadedSimulation(seed, requests)) {
      simulation.run();
    }
  }

  private void fail(Throwable thrown) {
    failure.compareAndSet(null, thrown);
  }

  private void run() {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int index = i;
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .name("penstock-simulation-" + i)
              .start(() -> new Submitter(index).run()));
    }
    try {
      for (Thread each : threads) {
        each.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        if (each.isAlive()) {
          fail(new Divergence("requests do not end: " + stacks(threads)));
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      fail(interrupted);
    }
    if (failure.get() == null) {
      checkEnd();
    }
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new Divergence(
          "threaded run of seed " + seed + ": " + thrown + "\nrun: " + shape + "\n" + table,
          thrown);
    }
  }

  private String stacks(List<Thread> threads) {
    StringBuilder text = new StringBuilder(file.toString());
    for (Thread each : threads) {
      text.append('\n').append(each.getName());
      for (StackTraceElement frame : each.getStackTrace()) {
        text.append("\n    ").append(frame);
      }
    }
    return text.toString();
  }

  private void checkEnd() {
    Verification verification = new Verification(shape, model, table, devices, new MemoryBank());
    String wrong = verification.wrongDevice(0, shape.capacity());
    wrong = wrong == null ? verification.wrongFreeBlocks() : wrong;
    if (file.requestsInFlight() != 0
        || file.requestsUsingBlockMap() != 0
        || file.exclusion().held() != 0
        || file.lock().isHeld()) {
      wrong =
          "something is still held: "
              + file
              + ", claims "
              + file.exclusion().held()
              + ", lock "
              + file.lock().isHeld();
    }
    if (file.counters().reads() + file.counters().writes() != transfers.get()) {
      wrong = "the file counts " + file.counters() + ", its devices did " + transfers;
    }
    if (wrong != null) {
      fail(new Divergence(wrong));
    }
    file.close();
  }

  /** A thread that submits requests, and the memory they use. */
  private final class Submitter {
    private final Dice dice;
    private final MemoryBank bank = new MemoryBank();
    private final Semaphore slots = new Semaphore(IN_FLIGHT);

    Submitter(int index) {
      dice = Dice.of(seed, 10 + index);
    }

    void run() {
      try {
        for (int i = 0; i < requests / THREADS && failure.get() == null; i++) {
          one();
          if (dice.oneIn(50)) {
            settle();
          }
          if (dice.oneIn(200)) {
            file.freeze();
            file.thaw();
          }
        }
        settle();
        bank.close();
      } catch (Throwable thrown) {
        fail(thrown);
      }
    }

    /** Waits for this thread's requests, so that their memory can be used again. */
    private void settle() {
      slots.acquireUninterruptibly(IN_FLIGHT);
      bank.reset();
      slots.release(IN_FLIGHT);
    }

    private void one() throws IOException {
      int unit = dice.oneIn(2) ? shape.blockBytes() : shape.sectorBytes();
      long most = Math.max(1, Math.min(32, shape.maxRequestBytes() / unit));
      long capacity = shape.traits().maxFileSize();
      long length = unit * (1 + dice.below(most));
      long position =
          dice.below(
                  Math.max(
                      1, (dice.oneIn(3) ? capacity : Math.min(capacity, file.size() + 4L * unit))))
              / unit
              * unit;
      boolean write = dice.oneIn(2);
      if (write && position + length > capacity) {
        return;
      }
      boolean async = dice.percent(60);
      RequestMemory memory = memory(length, unit, async);
      if (memory == null) {
        settle();
        return;
      }
      slots.acquireUninterruptibly();
      Attempt attempt = new Attempt(this, write, position, length, memory, flags(write));
      boolean lock = write && shape.traits().locking();
      if (lock) {
        file.lock().acquire();
      }
      try {
        attempt.start(async);
      } finally {
        if (lock) {
          file.lock().release();
        }
      }
      attempt.perhapsCancel();
    }

    private IoFlags flags(boolean write) {
      if (dice.oneIn(15)) {
        return IoFlags.of(IoFlag.NOWAIT);
      }
      return write && dice.oneIn(15) ? IoFlags.of(IoFlag.DATA_SYNC) : IoFlags.NONE;
    }

    private @Nullable RequestMemory memory(long length, int unit, boolean async) {
      RequestMemory memory = new RequestMemory();
      MemoryBank.Origin origin =
          dice.pick(
              MemoryBank.Origin.IO_ARENA,
              MemoryBank.Origin.IO_ARENA,
              MemoryBank.Origin.AUTOMATIC,
              MemoryBank.Origin.HEAP,
              MemoryBank.Origin.SHARED,
              MemoryBank.Origin.CONFINED);
      if (origin == MemoryBank.Origin.CONFINED && async) {
        origin = MemoryBank.Origin.HEAP;
      }
      for (long left = length; left > 0; ) {
        long bytes = dice.oneIn(2) ? left : unit * (1 + dice.below(left / unit));
        MemorySegment segment = bank.take(origin, bytes, shape.memoryAlignment(), 0);
        if (segment == null) {
          return null;
        }
        memory.add(segment, origin, true);
        left -= bytes;
      }
      return memory;
    }
  }

  /** One request. The model is asked and told under its own lock. */
  private final class Attempt {
    private final Submitter submitter;
    private final boolean write;
    private final long position;
    private final long length;
    private final RequestMemory memory;
    private final IoFlags flags;
    private int writer;
    private long sizeAtStart;
    private FileModel.@Nullable Reading reading;
    private @Nullable IoRequest request;
    private long generation;
    private final AtomicInteger ends = new AtomicInteger();

    Attempt(
        Submitter submitter,
        boolean write,
        long position,
        long length,
        RequestMemory memory,
        IoFlags flags) {
      this.submitter = submitter;
      this.write = write;
      this.position = position;
      this.length = length;
      this.memory = memory;
      this.flags = flags;
    }

    void start(boolean async) throws IOException {
      synchronized (model) {
        sizeAtStart = file.size();
        if (write) {
          writer = model.newWriter();
          model.beginWrite(writer, position, position + length, sizeAtStart);
        } else {
          reading = model.beginRead(position, position + length);
        }
      }
      memory.fill(write ? writer : Pattern.SENTINEL, write ? position : 0);
      IoVector vector = memory.vector(null, false);
      if (async) {
        IoRequest made = DirectIo.newRequest();
        request = made;
        generation =
            DirectIo.submit(
                made,
                write ? Direction.WRITE : Direction.READ,
                file,
                vector,
                position,
                flags,
                (done, bytes, error) -> end(bytes, error));
      } else {
        try {
          end(
              write
                  ? DirectIo.write(file, vector, position, flags)
                  : DirectIo.read(file, vector, position, flags),
              null);
        } catch (IOException error) {
          end(0, error);
        }
      }
    }

    void perhapsCancel() {
      IoRequest made = request;
      if (made != null && submitter.dice.oneIn(20)) {
        cancels.incrementAndGet();
        made.cancel(generation);
      }
    }

    private void end(long bytes, @Nullable IOException error) {
      try {
        if (ends.incrementAndGet() != 1) {
          throw new Divergence("ended twice: " + this);
        }
        String wrong;
        synchronized (model) {
          wrong = error == null ? wrongResult(bytes) : wrongError(error);
          if (write) {
            model.endWrite(
                writer,
                position,
                position + length,
                sizeAtStart,
                error == null ? bytes : 0,
                error != null,
                true,
                -1);
          } else if (reading != null) {
            reading.end();
          }
        }
        if (wrong != null) {
          throw new Divergence(
              wrong + " after " + bytes + " bytes and error " + error + " for " + this);
        }
      } catch (RuntimeException | Error thrown) {
        fail(thrown);
      } finally {
        submitter.slots.release();
      }
    }

    private @Nullable String wrongError(IOException error) {
      int errno = error instanceof BlockIoException block ? block.errno() : -1;
      boolean expected =
          errno == Errno.EREMOTEIO.number()
              || (errno == Errno.ECANCELED.number() && cancels.get() > 0)
              || (errno == Errno.EAGAIN.number() && flags.has(IoFlag.NOWAIT));
      return expected ? null : "an error nobody caused: " + error;
    }

    private @Nullable String wrongResult(long bytes) {
      if (write) {
        long wrong = memory.mismatch(0, length, writer, position);
        return bytes != length
            ? "a short write"
            : wrong >= 0 ? "the caller's byte " + wrong + " was changed" : null;
      }
      long size = file.size();
      long least = Math.min(length, sizeAtStart - position);
      long most = Math.min(length, size - position);
      if (bytes < 0 ? sizeAtStart > position : bytes < least || bytes > most) {
        return "a read of " + bytes + " bytes with a file of " + sizeAtStart + " to " + size;
      }
      int sector = shape.sectorBytes();
      for (long done = 0; done < bytes; done += sector) {
        int index = Math.toIntExact((position + done) / sector);
        FileModel.Reading read = java.util.Objects.requireNonNull(reading);
        long wrong = read.mismatch(index, memory.at(done), 0, Math.min(sector, bytes - done));
        if (wrong >= 0) {
          return "byte "
              + (position + done + wrong)
              + " was read wrong: expected "
              + model.describe(index)
              + ", got "
              + model.whose(memory.at(done), 0, index, 0);
        }
      }
      return null;
    }

    @Override
    public String toString() {
      return (write ? "write" : "read")
          + " at "
          + position
          + " length "
          + length
          + " flags "
          + flags
          + " writer "
          + writer
          + " seen size "
          + sizeAtStart
          + " "
          + memory;
    }
  }

  /** Two threads that carry bios out, in any order. */
  private final class DeviceThreads implements ModelDevice.Host {
    private final List<Bio> queue = new ArrayList<>();
    private final Dice dice = Dice.of(seed, 20);
    private volatile boolean stopped;

    DeviceThreads() {
      for (int i = 0; i < 2; i++) {
        Thread.ofPlatform().daemon().name("penstock-simulation-device-" + i).start(this::loop);
      }
    }

    @Override
    public void submitted(ModelDevice device, Bio bio, int batch) {
      boolean inline;
      synchronized (queue) {
        inline = isBorrowed(bio) || (bio.isSynchronous() && dice.oneIn(2));
        if (!inline) {
          queue.add(bio);
          queue.notifyAll();
        }
      }
      if (inline) {
        carryOut(bio);
      }
    }

    private boolean isBorrowed(Bio bio) {
      boolean borrowed = false;
      for (int i = 0; i < bio.pieces(); i++) {
        borrowed |= bio.isBorrowed(i);
      }
      return borrowed;
    }

    private void loop() {
      List<Bio> batch = new ArrayList<>();
      while (!stopped) {
        synchronized (queue) {
          while (queue.isEmpty() && !stopped) {
            try {
              queue.wait(100);
            } catch (InterruptedException interrupted) {
              return;
            }
          }
          for (int most = dice.between(1, 6); most > 0 && !queue.isEmpty(); most--) {
            batch.add(queue.remove(dice.below(queue.size())));
          }
        }
        Reaping.begin();
        try {
          batch.forEach(this::carryOut);
        } finally {
          Reaping.end();
        }
        batch.clear();
      }
    }

    private void carryOut(Bio bio) {
      boolean fails;
      boolean cancelled;
      synchronized (queue) {
        fails = dice.oneIn(400);
        cancelled = bio.isCancelRequested() && dice.oneIn(2);
      }
      try {
        ModelDevice device = (ModelDevice) java.util.Objects.requireNonNull(bio.device());
        if (cancelled) {
          bio.complete(Faults.error(Errno.ECANCELED, "cancelled"));
        } else if (fails) {
          device.transfer(bio, bio.length() / 2 / shape.sectorBytes() * shape.sectorBytes());
          bio.complete(Faults.error(Errno.EREMOTEIO, "transfer"));
        } else {
          device.transfer(bio, bio.length());
          transfers.incrementAndGet();
          bio.complete();
        }
      } catch (RuntimeException | Error thrown) {
        fail(thrown);
      }
    }

    @Override
    public void cancelled(ModelDevice device, Bio bio, long generation) {}

    @Override
    public void flushed(ModelDevice device) {}

    @Override
    public void aliasesDropped(ModelDevice device, long offset, long length) {}

    @Override
    public Divergence diverged(String message) {
      Divergence made = new Divergence(message);
      fail(made);
      return made;
    }

    @Override
    public int nextBatch() {
      return 0;
    }
  }

  /** A layout's host that lets everything be. */
  private final class Silent implements ModelLayout.Host, ModelLayout.EndHost {
    @Override
    public ModelLayout.@Nullable Lie asked(MapQuery query) {
      return null;
    }

    @Override
    public void answered(MapQuery query, Mapping answer) {}

    @Override
    public void ended(EndOfIo end) {
      hooks.incrementAndGet();
    }

    @Override
    public boolean mayFree(long block) {
      return false;
    }

    @Override
    public void truncated(long newSize) {}
  }

  @Override
  public void close() {
    deviceThreads.stopped = true;
    completions.shutdown();
  }
}
