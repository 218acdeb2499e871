package io.penstock.failures;

import io.penstock.core.bio.Direction;
import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.failures.host.ProcessFacts;
import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.file.Engines;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Files and rings that are closed while several threads put requests in: each handler is told once,
 * who comes late is refused, nothing is left open, and the memory can be freed.
 */
final class TornScenario implements Scenario {
  private static final int SUBMITTERS = 3;
  private static final int REQUESTS = 200;
  private static final int PIECE = 16 << 10;
  private static final long SIZE = 8 << 20;

  @Override
  public String name() {
    return "rings-torn";
  }

  @Override
  public String does() {
    return "files and rings that are closed with requests in flight";
  }

  @Override
  public int weight() {
    return 6;
  }

  @Override
  public void run(Trial trial) throws Exception {
    Path path = trial.directory().resolve("torn");
    Content.write(path, SIZE);
    int round = 0;
    while (round == 0 || trial.goesOn()) {
      for (String engine : Trial.engines()) {
        Dice dice = trial.dice(round++);
        DirectFile file = open(path, DirectFileOptions.DEFAULT.withEngine(engine).withDepth(16));
        Round torn = new Round(trial, file, dice);
        try {
          torn.start();
          torn.awaitSome();
          if (dice.oneIn(2)) {
            torn.cancelSome();
          }
          closeTwice(file);
          torn.end();
        } catch (AssertionError broken) {
          throw new AssertionError(engine + ": " + broken.getMessage(), broken);
        }
        left(path);
        trial.count("files-closed");
      }
      if (Trial.hasRings()) {
        ring(trial, path, trial.dice(round++));
        left(path);
      }
    }
  }

  private static void left(Path path) {
    Check.same(0, ProcessFacts.descriptorsOf(path), () -> "descriptors left open");
  }

  private static DirectFile open(Path path, DirectFileOptions options) throws IOException {
    return DirectFile.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, options);
  }

  /** Two threads at once: one of them does it, both return when it is done. */
  private static void closeTwice(DirectFile file) throws Exception {
    FutureTask<Void> again =
        new FutureTask<>(
            () -> {
              file.close();
              return null;
            });
    Thread.ofPlatform().name("closes-too").start(again);
    file.close();
    again.get(60, TimeUnit.SECONDS);
  }

  /** The ring's thread closes file and ring while others still submit. */
  private static void ring(Trial trial, Path path, Dice dice) throws Exception {
    int rings = ProcessFacts.rings();
    ConfinedLoop loop = Engines.choose("uring").provider().newLoop(1 + dice.below(32));
    Round torn;
    try {
      DirectFile file = open(path, DirectFileOptions.DEFAULT.withLoop(loop));
      torn = new Round(trial, file, dice);
      torn.start();
      int turns = dice.below(20);
      for (int i = 0; i < turns; i++) {
        loop.poll();
      }
      if (dice.oneIn(2)) {
        torn.cancelSome();
      }
      file.close();
    } finally {
      loop.close();
    }
    torn.end();
    Check.that(ProcessFacts.rings() <= rings, () -> "rings left open: " + ProcessFacts.rings());
    trial.count("rings-closed");
  }

  /** Requests of several threads on one file. */
  private static final class Round {
    private final Trial trial;
    private final DirectFile file;
    private final IoArena arena = IoArena.ofShared();
    private final AtomicIntegerArray begun = new AtomicIntegerArray(SUBMITTERS * REQUESTS);
    private final AtomicIntegerArray ended = new AtomicIntegerArray(SUBMITTERS * REQUESTS);
    private final List<io.penstock.core.request.IoRequest> requests = new ArrayList<>();
    private final long[] generations = new long[SUBMITTERS * REQUESTS];
    private final List<FutureTask<Void>> submitters = new ArrayList<>();
    private final CountDownLatch some = new CountDownLatch(20);
    private final Semaphore ends = new Semaphore(0);
    private final AtomicReference<@Nullable AssertionError> broken = new AtomicReference<>();
    private final long seed;

    Round(Trial trial, DirectFile file, Dice dice) {
      this.trial = trial;
      this.file = file;
      seed = dice.nextLong();
      for (int i = 0; i < SUBMITTERS * REQUESTS; i++) {
        requests.add(DirectFile.newRequest());
      }
    }

    void start() {
      for (int i = 0; i < SUBMITTERS; i++) {
        int first = i * REQUESTS;
        Dice dice = Dice.of(seed, i);
        FutureTask<Void> task =
            new FutureTask<>(
                () -> {
                  submit(first, dice);
                  return null;
                });
        submitters.add(task);
        Thread.ofPlatform().name("submitter-" + i).start(task);
      }
    }

    void awaitSome() throws InterruptedException {
      Check.that(some.await(60, TimeUnit.SECONDS), () -> "no request was begun in 60 s");
    }

    private void submit(int first, Dice dice) throws IOException {
      for (int i = first; i < first + REQUESTS; i++) {
        boolean writes = dice.oneIn(3);
        long position = dice.below((SIZE - PIECE) / 4096) * 4096;
        MemorySegment memory = arena.allocate(PIECE, 4096);
        if (writes) {
          Content.fill(memory, position);
        }
        int own = i;
        try {
          generations[i] =
              file.submit(
                  requests.get(i),
                  writes ? Direction.WRITE : Direction.READ,
                  IoVector.of(memory),
                  position,
                  IoFlags.NONE,
                  (request, bytes, error) -> end(own, memory, position, bytes, error));
        } catch (ClosedChannelException late) {
          trial.count("late");
          return;
        }
        begun.set(i, 1);
        some.countDown();
      }
    }

    private void end(
        int own, MemorySegment memory, long position, long bytes, @Nullable IOException error) {
      try {
        if (error instanceof ClosedChannelException) {
          trial.count("late"); // admitted, but not begun when the close came
        } else if (error != null) {
          trial.expected(error, Errno.ECANCELED);
        } else {
          Check.same(PIECE, bytes, () -> "bytes at " + position);
          Content.check(memory, PIECE, position, file.engine());
        }
        Check.same(1, ended.incrementAndGet(own), () -> "ends of request " + own);
      } catch (AssertionError failure) {
        broken.compareAndSet(null, failure);
      }
      ends.release();
    }

    void cancelSome() {
      for (int i = 0; i < requests.size(); i += 3) {
        if (begun.get(i) == 1) {
          requests.get(i).cancel(generations[i]);
        }
      }
    }

    /**
     * Everybody who began is told, once; then the memory is nobody's. A handler may be a little
     * later than the close.
     */
    void end() throws Exception {
      for (FutureTask<Void> each : submitters) {
        each.get(60, TimeUnit.SECONDS);
      }
      int all = 0;
      for (int i = 0; i < SUBMITTERS * REQUESTS; i++) {
        all += begun.get(i);
      }
      Check.that(
          ends.tryAcquire(all, 60, TimeUnit.SECONDS), () -> "a handler was not told in 60 s");
      AssertionError failure = broken.get();
      if (failure != null) {
        throw failure;
      }
      Check.same(0, ends.availablePermits(), () -> "handlers told too often");
      trial.count("requests", all);
      arena.close();
    }
  }
}
