package io.penstock.failures;

import io.penstock.core.bio.Direction;
import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.failures.host.Commands;
import io.penstock.failures.host.LoopDevice;
import io.penstock.failures.host.ProcessFacts;
import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.file.Engines;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A loop device whose backing file is cut short while it is read and written: what is gone fails
 * with EIO, all else is right, and every request ends exactly once.
 */
final class CutDeviceScenario implements Scenario {
  private static final long SIZE = 16 << 20;
  private static final int PIECE = 32 << 10;
  private static final int DEPTH = 16;
  private static final int BEFORE = 100;
  private static final int AFTER = 300;

  @Override
  public String name() {
    return "cut-device";
  }

  @Override
  public String does() {
    return "a loop device whose backing file is cut short under load";
  }

  @Override
  public int weight() {
    return 6;
  }

  @Override
  public void run(Trial trial) throws Exception {
    Commands.requireRoot();
    int round = 0;
    while (round == 0 || trial.goesOn()) {
      for (String engine : Trial.engines()) {
        round(trial, engine, trial.dice(round++), null);
      }
      if (Trial.hasRings()) {
        try (ConfinedLoop loop = Engines.choose("uring").provider().newLoop(DEPTH)) {
          round(trial, "uring", trial.dice(round++), loop);
        }
      }
    }
    trial.count("rounds", round);
  }

  private static void round(Trial trial, String engine, Dice dice, @Nullable ConfinedLoop loop)
      throws Exception {
    DirectFileOptions options = DirectFileOptions.DEFAULT.withDepth(DEPTH);
    options = loop == null ? options.withEngine(engine) : options.withLoop(loop);
    try (LoopDevice device =
            LoopDevice.attach(trial.directory().resolve("cut.img"), SIZE, dice.oneIn(2));
        IoArena arena = IoArena.ofShared()) {
      Content.write(device.path(), SIZE);
      Commands.run("blockdev", "--flushbufs", device.path().toString());
      try (DirectFile file =
          DirectFile.open(
              device.path(), StandardOpenOption.READ, StandardOpenOption.WRITE, options)) {
        new Load(trial, file, loop, arena, dice, device).run();
      }
      Check.same(
          0, ProcessFacts.descriptorsOf(device.path()), () -> engine + ": descriptors left open");
    }
  }

  /** Reads everywhere and writes in the half that stays, several in flight. */
  private static final class Load {
    private final Trial trial;
    private final DirectFile file;
    private final @Nullable ConfinedLoop loop;
    private final Dice dice;
    private final LoopDevice device;
    private final long kept;
    private final Semaphore free = new Semaphore(DEPTH);
    private final MemorySegment[] memory = new MemorySegment[DEPTH];
    private final AtomicInteger[] uses = new AtomicInteger[DEPTH];
    private final AtomicReference<@Nullable AssertionError> broken = new AtomicReference<>();
    private volatile boolean cut;

    Load(
        Trial trial,
        DirectFile file,
        @Nullable ConfinedLoop loop,
        IoArena arena,
        Dice dice,
        LoopDevice device) {
      this.trial = trial;
      this.file = file;
      this.loop = loop;
      this.dice = dice;
      this.device = device;
      kept = 4096L * (1 + dice.below((int) (SIZE / 4096 / 2)));
      for (int i = 0; i < DEPTH; i++) {
        memory[i] = arena.allocate(PIECE, 4096);
        uses[i] = new AtomicInteger();
      }
    }

    void run() throws Exception {
      for (int i = 0; i < BEFORE; i++) {
        one();
      }
      // under load: what is in flight now is not waited for
      try (FileChannel backing = FileChannel.open(device.backing(), StandardOpenOption.WRITE)) {
        backing.truncate(kept);
      }
      cut = true;
      for (int i = 0; i < AFTER; i++) {
        one();
      }
      awaitAll();
      AssertionError failure = broken.get();
      if (failure != null) {
        throw failure;
      }
      synchronously();
    }

    private void one() throws Exception {
      acquire(1);
      int slot = 0;
      while (!uses[slot].compareAndSet(0, 1)) {
        slot = (slot + 1) % DEPTH;
      }
      boolean writes = dice.oneIn(4) && kept >= PIECE;
      long limit = writes ? kept - PIECE : SIZE - PIECE;
      long position = dice.below(limit / 512 + 1) * 512;
      MemorySegment piece = memory[slot];
      if (writes) {
        Content.fill(piece, position);
      } else {
        piece.fill((byte) 0x5a);
      }
      int own = slot;
      boolean gone = cut && !writes && position >= kept;
      boolean mayFail = !writes && position + PIECE > kept;
      file.submit(
          DirectFile.newRequest(),
          writes ? Direction.WRITE : Direction.READ,
          IoVector.of(piece),
          position,
          IoFlags.NONE,
          (request, bytes, error) -> {
            try {
              ended(piece, position, bytes, error, writes, gone, mayFail);
              Check.same(1, uses[own].getAndSet(0), () -> "ends of one request");
            } catch (AssertionError failure) {
              broken.compareAndSet(null, failure);
            }
            free.release();
          });
    }

    private void ended(
        MemorySegment piece,
        long position,
        long bytes,
        @Nullable IOException error,
        boolean writes,
        boolean gone,
        boolean mayFail) {
      trial.count("requests");
      if (error != null) {
        Check.that(mayFail, () -> "a request at " + position + " of what is there: " + error);
        trial.expected(error, Errno.EIO);
        return;
      }
      Check.that(!gone, () -> "a read at " + position + " of what is gone went through");
      Check.same(PIECE, bytes, () -> "bytes at " + position);
      if (!writes) {
        Content.check(piece, PIECE, position, file.engine());
      }
    }

    private void acquire(int slots) throws InterruptedException {
      while (loop != null && !free.tryAcquire(slots)) {
        loop.await();
      }
      if (loop == null) {
        Check.that(
            free.tryAcquire(slots, 60, TimeUnit.SECONDS), () -> "a request has not ended in 60 s");
      }
    }

    private void awaitAll() throws InterruptedException {
      acquire(DEPTH);
      free.release(DEPTH);
    }

    /** Blocking calls too, of any alignment. */
    private void synchronously() throws IOException {
      MemorySegment piece = memory[0];
      for (int i = 0; i < 20; i++) {
        long position = dice.below(SIZE - PIECE);
        try {
          long bytes = file.read(piece, position);
          Check.that(position < kept, () -> "a blocking read at " + position + " of what is gone");
          Check.same(PIECE, bytes, () -> "bytes of a blocking read at " + position);
          Content.check(piece, PIECE, position, file.engine());
        } catch (IOException error) {
          Check.that(
              position + PIECE > kept - 4096,
              () -> "a blocking read at " + position + " of what is there: " + error);
          trial.expected(error, Errno.EIO);
        }
      }
    }
  }
}
