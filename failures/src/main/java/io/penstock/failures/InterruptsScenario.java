package io.penstock.failures;

import io.penstock.core.memory.IoArena;
import io.penstock.file.Batch;
import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.file.SequentialReader;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads of both kinds that are interrupted all the time while they read, write, sync, open and
 * close: results are right, the file stays open, and the interrupt status is kept.
 */
final class InterruptsScenario implements Scenario {
  private static final int WORKERS = 4;
  private static final int OPERATIONS = 100;
  private static final int REGION = 256 << 10;
  private static final int LONGEST = 32 << 10;

  @Override
  public String name() {
    return "interrupts";
  }

  @Override
  public String does() {
    return "threads that are interrupted while they wait for the disk";
  }

  @Override
  public int weight() {
    return 6;
  }

  @Override
  public void run(Trial trial) throws Exception {
    int round = 0;
    while (round == 0 || trial.goesOn()) {
      for (String engine : Trial.engines()) {
        for (boolean virtual : new boolean[] {false, true}) {
          round(trial, engine, virtual, round++);
        }
      }
    }
  }

  private static void round(Trial trial, String engine, boolean virtual, int round)
      throws Exception {
    Path path = trial.directory().resolve("interrupted");
    Content.write(path, (long) WORKERS * REGION);
    try (DirectFile file = open(engine, path)) {
      List<Worker> workers = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        workers.add(new Worker(trial, file, trial.dice(round * 100L + i), (long) i * REGION));
      }
      List<FutureTask<Void>> tasks = new ArrayList<>();
      for (Worker each : workers) {
        FutureTask<Void> task = new FutureTask<>(each);
        tasks.add(task);
        Thread.Builder builder =
            virtual
                ? Thread.ofVirtual().name("interrupted")
                : Thread.ofPlatform().name("interrupted");
        each.thread = builder.unstarted(task);
        each.thread.start();
      }
      Dice dice = trial.dice(round * 100L + 99);
      while (tasks.stream().anyMatch(each -> !each.isDone())) {
        workers.get(dice.below(WORKERS)).interrupt();
        LockSupport.parkNanos(50_000); // only so that workers come to run on few processors
      }
      for (FutureTask<Void> each : tasks) {
        try {
          each.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException broken) {
          String who = engine + (virtual ? ", virtual: " : ", platform: ");
          throw new AssertionError(who + broken.getCause(), broken.getCause());
        }
      }
      Check.that(!file.isClosed(), () -> "an interrupt has closed the file");
    }
  }

  private static DirectFile open(String engine, Path path) throws IOException {
    return DirectFile.open(
        path,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        DirectFileOptions.DEFAULT.withEngine(engine));
  }

  /** Works on a part of the file of its own. */
  private static final class Worker implements java.util.concurrent.Callable<Void> {
    private final Trial trial;
    private final DirectFile file;
    private final Dice dice;
    private final long from;
    private volatile Thread thread = Thread.currentThread();

    /** Guarded by this: interrupts since the last was taken away. */
    private int pending;

    Worker(Trial trial, DirectFile file, Dice dice, long from) {
      this.trial = trial;
      this.file = file;
      this.dice = dice;
      this.from = from;
    }

    /** One more, unless there is one that has not been noticed. */
    synchronized void interrupt() {
      if (pending == 0) {
        thread.interrupt();
        pending++;
      }
    }

    @Override
    public Void call() throws Exception {
      try (IoArena arena = IoArena.ofShared()) {
        MemorySegment memory = arena.allocate(LONGEST, 4096);
        for (int i = 0; i < OPERATIONS; i++) {
          operation(memory);
          noticeInterrupt();
          trial.count("operations");
        }
      }
      return null;
    }

    /** What was sent must still be there, and only then is taken away. */
    private synchronized void noticeInterrupt() {
      Check.that(
          pending == 0 || Thread.currentThread().isInterrupted(), () -> "an interrupt was lost");
      if (pending > 0) {
        Check.that(Thread.interrupted(), () -> "an interrupt was lost");
        trial.count("noticed");
        pending = 0;
      }
    }

    private void operation(MemorySegment memory) throws IOException {
      boolean aligned = dice.oneIn(2);
      int length = aligned ? LONGEST : 1 + dice.below(LONGEST);
      long position = from + dice.below(REGION - LONGEST);
      position = aligned ? position & -4096 : position;
      MemorySegment part = memory.asSlice(0, length);
      switch (dice.below(8)) {
        case 0, 1 -> write(part, position);
        case 2 -> batch(part, position);
        case 3 -> file.sync();
        case 4 -> openAndClose(part, position);
        case 5 -> stream(part, position);
        default -> check(part, file.read(part, position), position);
      }
    }

    private void write(MemorySegment part, long position) throws IOException {
      Content.fill(part, position);
      file.write(part, position);
    }

    private void batch(MemorySegment part, long position) throws IOException {
      Batch batch = new Batch();
      batch.read(file, part, position);
      batch.execute();
      check(part, batch.bytes(0), position);
    }

    private void openAndClose(MemorySegment part, long position) throws IOException {
      try (DirectFile own = open(file.engine(), file.path())) {
        check(part, own.read(part, position), position);
      }
    }

    private void stream(MemorySegment part, long position) throws IOException {
      try (SequentialReader reader = file.reader(position)) {
        check(part, reader.read(part), position);
      }
    }

    private void check(MemorySegment part, long bytes, long position) {
      Check.that(bytes > 0, () -> bytes + " bytes at " + position);
      Content.check(part, bytes, position, file.engine());
      part.fill((byte) 0x5a);
    }
  }
}
