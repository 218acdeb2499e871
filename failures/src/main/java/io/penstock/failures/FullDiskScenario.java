package io.penstock.failures;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.failures.host.Commands;
import io.penstock.failures.host.FileSystem;
import io.penstock.failures.host.LoopDevice;
import io.penstock.file.Batch;
import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.file.SequentialWriter;
import io.penstock.file.StreamOptions;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * File systems that become full in the middle of writes of all kinds, and devices that end there.
 * The error is ENOSPC and names the place; what was reported written is there; when space is made
 * the same handle goes on.
 */
final class FullDiskScenario implements Scenario {
  private static final long LEFT = 3 << 20;
  private static final int PIECE = 64 << 10;
  private static final int BATCH = 4;
  private static final long LONGEST_NANOS = 60_000_000_000L;

  /** How the disk is filled. */
  private enum Kind {
    WRITE,
    UNALIGNED,
    ASYNCHRONOUS,
    BATCH,
    APPEND,
    STREAM,
    PREALLOCATE
  }

  @Override
  public String name() {
    return "full-disk";
  }

  @Override
  public String does() {
    return "file systems that become full in the middle of writes, and go on";
  }

  @Override
  public int weight() {
    return 12;
  }

  @Override
  public void run(Trial trial) throws Exception {
    Commands.requireRoot();
    boolean first = true;
    while (first || trial.goesOn()) {
      for (FileSystem.Kind kind : FileSystem.Kind.values()) {
        if (!kind.isHere()) {
          throw new Skipped(kind.remedy());
        }
        try (FileSystem system = FileSystem.make(kind, trial.directory())) {
          fill(trial, system, kind);
        }
      }
      for (String engine : Trial.engines()) {
        endOfDevice(trial, engine);
      }
      first = false;
    }
  }

  /** Every way once, each on another engine; which, the seed and the round say. */
  private static void fill(Trial trial, FileSystem system, FileSystem.Kind kind) throws Exception {
    List<String> engines = Trial.engines();
    int first = trial.dice(trial.counted("filled")).below(engines.size());
    long room = usable(system.root());
    for (Kind how : Kind.values()) {
      String engine = engines.get((first + how.ordinal()) % engines.size());
      awaitRoom(system.root(), room - LEFT);
      try (OneDisk disk = new OneDisk(trial, system.root(), engine, how)) {
        disk.run();
      } catch (AssertionError | IOException broken) {
        throw new AssertionError(
            engine + " on " + kind + ", " + how + ": " + broken.getMessage(), broken);
      }
      trial.count("filled");
    }
  }

  private static long usable(Path root) throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  /** What was removed is free some time later on XFS. */
  private static void awaitRoom(Path root, long room) throws IOException {
    long end = System.nanoTime() + LONGEST_NANOS;
    while (usable(root) < room) {
      Check.that(System.nanoTime() < end, () -> "what was removed from " + root + " is not free");
      Commands.run("sync", "-f", root.toString());
    }
  }

  /** One file on a file system with little room. */
  private static final class OneDisk implements AutoCloseable {
    private final Trial trial;
    private final Kind how;
    private final Path filler;
    private final Path root;
    private final Path path;
    private final DirectFile file;
    private final Arena arena = Arena.ofShared();
    private final Dice dice;

    /** Bytes from the start that were reported written. */
    private long reported;

    OneDisk(Trial trial, Path root, String engine, Kind how) throws IOException {
      this.trial = trial;
      this.root = root;
      this.how = how;
      dice = trial.dice(how.ordinal());
      filler = root.resolve("filler");
      path = root.resolve("file");
      Files.createFile(filler);
      file =
          DirectFile.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE_NEW,
              DirectFileOptions.DEFAULT.withEngine(engine));
    }

    void run() throws Exception {
      long room = usable(root) - LEFT;
      Commands.run("fallocate", "-l", Long.toString(room), filler.toString());
      untilFull(LEFT * 4);
      checkReported();
      if (how == Kind.PREALLOCATE) {
        Check.same(0, file.size(), () -> "size after what could not be set aside");
      }
      Files.delete(filler);
      Commands.run("sync", "-f", path.toString());
      long start = file.size();
      long from = how == Kind.APPEND || how == Kind.STREAM ? start : reported;
      goOn(from);
    }

    /** The same handle, as if nothing had been. */
    private void goOn(long from) throws Exception {
      MemorySegment memory = arena.allocate(1 << 20, 4096);
      Content.fill(memory, from);
      file.write(memory, from);
      file.sync();
      long end = from + memory.byteSize();
      MemorySegment again = arena.allocate(1 << 20, 4096);
      Check.same(memory.byteSize(), file.read(again, from), () -> "bytes read after going on");
      Content.check(again, again.byteSize(), from, "after going on");
      long size = file.size();
      Check.that(size >= end, () -> "size " + size + " after writing to " + end);
      checkReported();
    }

    /** Writes piece by piece until it fails, which it must before so many bytes. */
    private void untilFull(long most) throws Exception {
      while (reported < most) {
        try {
          reported += piece();
        } catch (IOException full) {
          requireFull(full);
          return;
        }
        if (how == Kind.PREALLOCATE && reported == 0) {
          trial.count("preallocate-unknown");
          return;
        }
      }
      throw new AssertionError("the disk was to be full after " + LEFT + " bytes, not " + most);
    }

    private void requireFull(IOException full) {
      trial.expected(full, Errno.ENOSPC);
      BlockIoException error = (BlockIoException) full;
      Check.that(
          error.subject().equals(path.toString()),
          () -> "the error does not name " + path + ": " + error.getMessage());
      Check.that(
          error.position() == BlockIoException.NONE
              ? how == Kind.PREALLOCATE
              : error.position() >= reported / 65_536 * 65_536 - PIECE,
          () -> "the error names another place than " + reported + ": " + error.getMessage());
    }

    private long piece() throws IOException {
      return switch (how) {
        case WRITE -> {
          file.write(filled(reported, PIECE, 0), reported);
          yield PIECE;
        }
        case UNALIGNED -> {
          int length = 1 + dice.below(PIECE);
          file.write(filled(reported, length, dice.below(4096)), reported);
          yield length;
        }
        case APPEND -> {
          int length = 1 + dice.below(PIECE);
          long at = file.append(filled(reported, length, dice.below(4096)));
          Check.same(reported, at, () -> "where it was appended");
          yield length;
        }
        case ASYNCHRONOUS -> asynchronous();
        case BATCH -> batch();
        case STREAM -> stream();
        case PREALLOCATE -> {
          boolean done = file.preallocate(reported, PIECE * 16L);
          Check.that(done || file.engine().equals("portable"), () -> "nothing can be set aside");
          yield done ? PIECE * 16L : 0;
        }
      };
    }

    private MemorySegment filled(long position, long length, int shift) {
      MemorySegment memory = arena.allocate(length + 4096, 4096).asSlice(shift, length);
      Content.fill(memory, position);
      return memory;
    }

    private long asynchronous() throws IOException {
      List<CompletableFuture<Long>> pieces = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        long at = reported + (long) i * PIECE;
        pieces.add(file.writeAsync(filled(at, PIECE, i % 2), at));
      }
      long done = 0;
      IOException first = null;
      for (CompletableFuture<Long> each : pieces) {
        try {
          long bytes = each.join();
          done += first == null ? bytes : 0;
        } catch (CompletionException failed) {
          first = first == null ? (IOException) failed.getCause() : first;
        }
      }
      if (first != null) {
        reported += done;
        throw first;
      }
      return done;
    }

    private long batch() throws IOException {
      Batch batch = new Batch();
      for (int i = 0; i < BATCH; i++) {
        long at = reported + (long) i * PIECE;
        batch.write(file, filled(at, PIECE, i % 2), at);
      }
      batch.execute();
      return (long) BATCH * PIECE;
    }

    /** Reported is what was flushed. */
    private long stream() throws IOException {
      IOException full;
      long flushed = 0;
      SequentialWriter stream =
          file.writer(reported, StreamOptions.DEFAULT.withChunkBytes(PIECE).withDepth(2));
      try {
        while (flushed < 4 * LEFT) {
          int length = 1 + dice.below(PIECE);
          stream.write(filled(reported + flushed, length, 0));
          stream.flush();
          flushed += length;
        }
        stream.close();
        return flushed;
      } catch (IOException failed) {
        full = failed;
      }
      reported += flushed;
      try {
        stream.close();
      } catch (IOException again) {
        full.addSuppressed(again);
      }
      throw full;
    }

    /** All that was reported is there, and behind it nothing but the content, or zeros. */
    private void checkReported() throws IOException {
      if (how == Kind.PREALLOCATE) {
        return;
      }
      MemorySegment memory = arena.allocate(PIECE, 4096);
      long size = file.size();
      Check.that(size >= reported, () -> "size " + size + " is less than reported " + reported);
      for (long at = 0; at < size; at += PIECE) {
        long bytes = file.read(memory, at);
        Check.same(Math.min(PIECE, size - at), bytes, () -> "bytes read");
        long known = Math.clamp(reported - at, 0, bytes);
        Content.check(memory, known, at, "what was reported");
        for (long i = known; i < bytes; i++) {
          byte found = memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, i);
          long where = at + i;
          Check.that(
              found == 0 || found == Content.at(where),
              () -> "garbage at " + where + ", reported " + reported + ", size " + size);
        }
      }
      trial.count("bytes-checked", size);
    }

    @Override
    public void close() throws IOException {
      file.close();
      arena.close();
      Files.deleteIfExists(path);
      Files.deleteIfExists(filler);
      Commands.run("sync", "-f", root.toString());
    }
  }

  /** A device has no room past its end, and a write across it writes nothing. */
  private static void endOfDevice(Trial trial, String engine) throws IOException {
    long size = 1 << 20;
    try (LoopDevice device = LoopDevice.attach(trial.directory().resolve("end.img"), size, false);
        Arena arena = Arena.ofShared()) {
      Content.write(device.path(), size);
      try (DirectFile file =
          DirectFile.open(
              device.path(),
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              DirectFileOptions.DEFAULT.withEngine(engine))) {
        MemorySegment zeros = arena.allocate(8192, 4096);
        for (long at : new long[] {size, size - 4096, size - 1, size + 4096}) {
          try {
            file.write(zeros, at);
            throw new AssertionError("a write at " + at + " of " + size + " went through");
          } catch (IOException full) {
            trial.expected(full, Errno.ENOSPC);
          }
        }
        MemorySegment end = arena.allocate(8192, 4096);
        Check.same(8192, file.read(end, size - 8192), () -> "bytes at the end of the device");
        Content.check(end, 8192, size - 8192, engine + " at the end of a device");
        Check.same(-1, file.read(end, size), () -> "a read at the end of the device");
      }
      trial.count("device-ends");
    }
  }
}
