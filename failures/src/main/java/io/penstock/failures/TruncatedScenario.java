package io.penstock.failures;

import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import io.penstock.file.Batch;
import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.testkit.Dice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * A file that another process shortens and lengthens while it is read here: a read gives what was
 * there, zeros where it was lengthened again, or less than was asked for; or it fails with EIO,
 * where all of its blocks are gone. It never gives what was never in the file, and never hangs.
 * When the other process is quiet, all is exact.
 */
final class TruncatedScenario implements Scenario {
  private static final long SIZE = 1 << 20;
  private static final int LONGEST = 64 << 10;
  private static final int READERS = 3;
  private static final int CUTS = 15;

  @Override
  public String name() {
    return "truncated";
  }

  @Override
  public String does() {
    return "a file that another process shortens under direct reads";
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
        round(trial, engine, trial.dice(round++));
      }
    }
  }

  private static void round(Trial trial, String engine, Dice dice) throws Exception {
    Path path = trial.directory().resolve("cut");
    Files.deleteIfExists(path);
    Content.write(path, SIZE);
    try (Other other = new Other(path);
        DirectFile file =
            DirectFile.open(
                path,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                DirectFileOptions.DEFAULT.withEngine(engine))) {
      Readers readers = new Readers(trial, file);
      List<FutureTask<Void>> all = readers.start(trial.seed() + dice.nextLong());
      try {
        for (int i = 0; i < CUTS; i++) {
          long smaller = dice.oneIn(3) ? dice.below(SIZE) & -4096 : dice.below(SIZE);
          readers.least = Math.min(readers.least, smaller);
          other.truncate(smaller);
          trial.count("truncations");
          quiet(trial, file, smaller, readers.least, dice);
          other.truncate(SIZE);
          readers.awaitReads(10);
        }
      } finally {
        readers.over = true;
      }
      for (FutureTask<Void> each : all) {
        try {
          each.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException broken) {
          throw new AssertionError(engine + ": " + broken.getCause(), broken);
        }
      }
    }
  }

  /** Nobody changes the file now. */
  private static void quiet(Trial trial, DirectFile file, long size, long least, Dice dice)
      throws Exception {
    try (IoArena arena = IoArena.ofShared()) {
      MemorySegment memory = arena.allocate(LONGEST, 4096);
      long position = Math.max(0, size - dice.below(LONGEST));
      memory.fill((byte) 0x5a);
      // first the read, without a question for the size before it
      long bytes;
      try {
        bytes = file.read(memory, dice.oneIn(2) ? position : position & -4096);
      } catch (IOException gone) {
        trial.expected(gone, Errno.EIO);
        bytes = 0;
      }
      Check.that(bytes <= LONGEST, () -> "too many bytes");
      Check.same(size, file.size(), () -> file.engine() + ": size after it was cut");
      bytes = file.read(memory, position);
      Check.same(
          size == position ? -1 : size - position,
          bytes,
          () -> file.engine() + ": bytes read at " + position + " of " + size);
      check(memory, Math.max(0, bytes), position, least);
      Check.same(-1, file.read(memory, size), () -> "a read at the end");
      Check.same(-1, file.readAsync(memory, size + 4096).get(), () -> "a read past the end");
    }
  }

  /** Each byte is the content, or zero where the file was shorter once. */
  private static void check(MemorySegment memory, long bytes, long position, long least) {
    long from = Content.mismatch(memory, bytes, position);
    for (long i = from < 0 ? bytes : from; i < bytes; i++) {
      byte found = memory.get(ValueLayout.JAVA_BYTE, i);
      long at = position + i;
      if (found != Content.at(at) && (found != 0 || at < least)) {
        throw new AssertionError("byte " + found + " at " + at + ", shortest " + least);
      }
    }
  }

  /** Threads that read anywhere, in all ways, all the time. */
  private static final class Readers {
    private final Trial trial;
    private final DirectFile file;
    private volatile long least = SIZE;
    private volatile boolean over;
    private volatile boolean broken;
    private final java.util.concurrent.Semaphore reads = new java.util.concurrent.Semaphore(0);

    Readers(Trial trial, DirectFile file) {
      this.trial = trial;
      this.file = file;
    }

    List<FutureTask<Void>> start(long seed) {
      List<FutureTask<Void>> all = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        Dice dice = Dice.of(seed, i);
        FutureTask<Void> reader =
            new FutureTask<>(
                () -> {
                  read(dice);
                  return null;
                });
        all.add(reader);
        Thread.ofPlatform().name("reader-" + i).start(reader);
      }
      return all;
    }

    /** Goes on when so many more reads have ended, or none will. */
    void awaitReads(int count) throws InterruptedException {
      reads.drainPermits();
      while (!broken && !reads.tryAcquire(count, 1, TimeUnit.SECONDS)) {
        // a reader that is broken gives none
      }
    }

    private void read(Dice dice) throws Exception {
      try (IoArena arena = IoArena.ofShared()) {
        MemorySegment memory = arena.allocate(LONGEST, 4096);
        Batch batch = new Batch();
        while (!over) {
          boolean aligned = dice.oneIn(2);
          long position = aligned ? dice.below(SIZE) & -4096 : dice.below(SIZE);
          int length = aligned ? LONGEST : 1 + dice.below(LONGEST);
          MemorySegment part = memory.asSlice(0, length);
          part.fill((byte) 0x5a);
          one(dice, batch, part, position);
          reads.release();
          trial.count("reads");
        }
      } catch (Exception | Error failure) {
        broken = true;
        throw failure;
      }
    }

    private void one(Dice dice, Batch batch, MemorySegment part, long position) throws Exception {
      long bytes;
      try {
        bytes =
            switch (dice.below(3)) {
              case 0 -> file.read(part, position);
              case 1 -> file.readAsync(part, position).join();
              default -> {
                batch.clear().read(file, part, position);
                batch.execute();
                yield batch.bytes(0);
              }
            };
      } catch (CompletionException failed) {
        if (!(failed.getCause() instanceof IOException cause)) {
          throw failed;
        }
        trial.expected(cause, Errno.EIO);
        return;
      } catch (IOException failed) {
        trial.expected(failed, Errno.EIO);
        return;
      }
      if (bytes < part.byteSize()) {
        trial.count("short-reads");
      }
      check(part, Math.max(0, bytes), position, least);
    }
  }

  /** A shell that shortens or lengthens the file when it is told to. */
  private static final class Other implements AutoCloseable {
    private final Process shell;
    private final OutputStream in;
    private final BufferedReader out;

    Other(Path path) throws IOException {
      String loop = "while read size; do truncate -s $size \"$1\" && echo done; done";
      shell =
          new ProcessBuilder("/bin/sh", "-c", loop, "other", path.toString())
              .redirectErrorStream(true)
              .start();
      in = shell.getOutputStream();
      out = shell.inputReader(StandardCharsets.UTF_8);
    }

    void truncate(long size) throws IOException {
      in.write((size + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
      String said = out.readLine();
      Check.that("done".equals(said), () -> "truncate said " + said);
    }

    @Override
    public void close() throws IOException {
      in.close();
      shell.onExit().join();
    }
  }
}
