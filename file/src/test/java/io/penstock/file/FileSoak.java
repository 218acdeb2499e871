package io.penstock.file;

import io.penstock.core.memory.IoArena;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads and writes of random positions, lengths, addresses and ways from several threads through
 * two handles of one file, against an oracle in memory: every byte and the length must be right,
 * and a reader at the end of the file must never find an end that no write has made.
 *
 * <p>{@code FileSoak [--seed N] [--operations N] [--engine NAME] [--other NAME] [--dir PATH]}: what
 * build/soak-file runs.
 */
final class FileSoak {
  private static final int LARGEST_FILE = 8 << 20;
  private static final int LONGEST = 1 << 20;
  private static final int THREADS = 8;

  private final long seed;
  private final int operations;
  private final DirectFile[] handles;
  private final Path path;

  private final RangeLocks locks = new RangeLocks();
  private final byte[] oracle = new byte[LARGEST_FILE];
  private final AtomicInteger begun = new AtomicInteger();

  /** Every length the file may ever have had. */
  private final Set<Long> ends = ConcurrentHashMap.newKeySet();

  /** Guarded by this: the length that all writes which were reported have made. */
  private long size;

  private volatile boolean over;

  private FileSoak(long seed, int operations, Path path, DirectFile... handles) {
    this.seed = seed;
    this.operations = operations;
    this.path = path;
    this.handles = handles;
    ends.add(0L);
  }

  /**
   * Runs so many operations on a new file.
   *
   * @throws AssertionError when something is not as it must be; the message has the seed
   */
  static String run(Path path, String engine, String other, long seed, int operations)
      throws Exception {
    Files.deleteIfExists(path);
    try (DirectFile one = OpenFile.on(engine, path, StandardOpenOption.DELETE_ON_CLOSE);
        DirectFile two = OpenFile.on(other, path)) {
      FileSoak soak = new FileSoak(seed, operations, path, one, two);
      try {
        soak.run();
      } catch (ExecutionException failure) {
        throw new AssertionError(soak + " failed; seed " + seed, failure.getCause());
      }
      return soak + ", " + one.counters() + "; " + two.counters();
    }
  }

  private void run() throws Exception {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS + 1, Thread.ofPlatform().daemon().name("soak-", 0).factory());
    try {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random dice = new Random(seed * 31 + i);
        workers.add(
            threads.submit(
                () -> {
                  work(dice);
                  return null;
                }));
      }
      Future<?> watcher =
          threads.submit(
              () -> {
                watchTheEnd(new Random(seed));
                return null;
              });
      for (Future<?> each : workers) {
        each.get();
      }
      over = true;
      watcher.get();
    } finally {
      over = true;
      threads.shutdownNow();
    }
    check();
  }

  private void work(Random dice) throws Exception {
    try (IoArena arena = IoArena.ofShared()) {
      MemorySegment memory = arena.allocate(LONGEST + 8192L, 4096);
      while (!over && begun.incrementAndGet() <= operations) {
        int what = dice.nextInt(100);
        int position = position(dice, sizeNow());
        int length = Math.min(length(dice), LARGEST_FILE - position);
        int shift = dice.nextInt(3) == 0 ? position % 4096 : dice.nextInt(4096);
        if (dice.nextInt(3) == 0 && position <= LARGEST_FILE - 4096) {
          position &= -4096; // straight
          length = Math.clamp(length & -4096, 4096, LARGEST_FILE - position);
          shift = 0;
        }
        MemorySegment part = memory.asSlice(shift, length);
        DirectFile file = handles[dice.nextInt(handles.length)];
        if (what < 45) {
          read(dice, file, part, position);
        } else if (what < 96) {
          write(dice, file, part, position);
        } else if (what < 99) {
          truncate(file, dice.nextInt((int) Math.min(LARGEST_FILE, sizeNow() + 4096)));
        } else {
          punch(file, position, length);
        }
      }
    } catch (Exception | Error failure) {
      over = true;
      throw failure;
    }
  }

  /** Often at a block's edge, often near others, often at the end of the file. */
  private static int position(Random dice, long size) {
    int position = dice.nextInt((int) Math.min(LARGEST_FILE - 1, size + 100_000));
    return switch (dice.nextInt(6)) {
      case 0 -> position & -4096;
      case 1 -> position & -512;
      case 2 -> position % 65536;
      case 3 -> (int) Math.min(LARGEST_FILE - 1, size + dice.nextInt(5000));
      case 4 -> (int) Math.max(0, size - 1 - dice.nextInt(5000));
      default -> position;
    };
  }

  /** As many short ones as long ones. */
  private static int length(Random dice) {
    int length = 1 + dice.nextInt(1 << dice.nextInt(21));
    return dice.nextInt(4) == 0 ? Math.max(4096, length & -4096) : length;
  }

  private void read(Random dice, DirectFile file, MemorySegment memory, int position)
      throws Exception {
    long length = memory.byteSize();
    var range = locks.take(position, position + length, true);
    try {
      long least = sizeNow();
      memory.fill((byte) 0x5a);
      long bytes =
          switch (dice.nextInt(3)) {
            case 0 -> file.readAsync(memory, position).get();
            case 1 -> throughHeap(file, memory, position);
            default -> file.read(memory, position);
          };
      long end = position + Math.max(0, bytes);
      check(bytes != 0 && end <= position + length, "read " + bytes + " at " + position);
      if (bytes < length) {
        check(end >= Math.min(least, position + length), "short of the size " + least, end);
        check(bytes == -1 || ends.contains(end), "an end that nobody has made", end);
      }
      int wrong =
          Arrays.mismatch(
              oracle,
              position,
              (int) end,
              memory.toArray(ValueLayout.JAVA_BYTE),
              0,
              (int) (end - position));
      check(wrong < 0, "wrong byte", position + wrong);
    } finally {
      locks.release(range);
    }
  }

  private static long throughHeap(DirectFile file, MemorySegment memory, int position)
      throws IOException {
    ByteBuffer heap = ByteBuffer.allocate((int) memory.byteSize());
    int bytes = file.read(heap, position);
    MemorySegment.copy(heap.array(), 0, memory, ValueLayout.JAVA_BYTE, 0, Math.max(0, bytes));
    return bytes;
  }

  private void write(Random dice, DirectFile file, MemorySegment memory, int position)
      throws Exception {
    byte[] bytes = new byte[(int) memory.byteSize()];
    dice.nextBytes(bytes);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
    long end = (long) position + bytes.length;
    var range = locks.take(position, end, false);
    try {
      ends.add(end);
      switch (dice.nextInt(3)) {
        case 0 -> file.writeAsync(memory, position).get();
        case 1 -> file.write(ByteBuffer.wrap(bytes), position);
        default -> file.write(memory, position);
      }
      System.arraycopy(bytes, 0, oracle, position, bytes.length);
      synchronized (this) {
        size = Math.max(size, end);
      }
    } finally {
      locks.release(range);
    }
  }

  private void truncate(DirectFile file, int newSize) throws Exception {
    var range = locks.take(0, Long.MAX_VALUE, false);
    try {
      ends.add((long) newSize);
      file.truncate(newSize);
      Arrays.fill(oracle, newSize, LARGEST_FILE, (byte) 0);
      synchronized (this) {
        size = newSize;
      }
    } finally {
      locks.release(range);
    }
  }

  private void punch(DirectFile file, int position, int length) throws Exception {
    var range = locks.take(position, position + length, false);
    try {
      file.punchHole(position, length);
      Arrays.fill(oracle, position, position + length, (byte) 0); // past the end there are none
    } finally {
      locks.release(range);
    }
  }

  private synchronized long sizeNow() {
    return size;
  }

  /** Not kept from the others: it must find an end that somebody has made, wherever it looks. */
  private void watchTheEnd(Random dice) throws Exception {
    ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
    while (!over) {
      DirectFile file = handles[dice.nextInt(handles.length)];
      long end = file.size();
      check(ends.contains(end), "a size that nobody has made", end);
      long position = Math.max(0, end - dice.nextInt(8192));
      int bytes = file.read(buffer.clear(), position);
      if (bytes > 0 && bytes < buffer.capacity()) {
        check(ends.contains(position + bytes), "an end nobody has made", position + bytes);
      }
    }
  }

  private void check() throws IOException {
    check(Files.size(path) == size, "the length on the disk", Files.size(path));
    byte[] all = Files.readAllBytes(path);
    int wrong = Arrays.mismatch(all, 0, (int) size, oracle, 0, (int) size);
    check(wrong < 0, "wrong byte on the disk", wrong);
    for (DirectFile file : handles) {
      check(file.size() == size, "size of a handle", file.size());
    }
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what + "; size " + sizeNow() + ", seed " + seed);
    }
  }

  private void check(boolean holds, String what, long where) {
    check(holds, what + " at " + where);
  }

  @Override
  public String toString() {
    return operations
        + " operations on "
        + path
        + " by "
        + handles[0].engine()
        + " and "
        + handles[1].engine();
  }

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    long seed = System.nanoTime();
    int operations = 100_000;
    String engine = "auto";
    String other = null;
    Path directory = Path.of(System.getProperty("java.io.tmpdir"));
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--seed" -> seed = Long.parseLong(value);
        case "--operations" -> operations = Integer.parseInt(value);
        case "--engine" -> engine = value;
        case "--other" -> other = value;
        case "--dir" -> directory = Path.of(value);
        default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
      }
    }
    List<String> engines = engine.equals("auto") ? EachEngine.Available.names() : List.of(engine);
    for (String each : engines) {
      System.out.println("soak of " + each + ", seed " + seed);
      Path path = directory.resolve("penstock-soak-" + ProcessHandle.current().pid());
      System.out.println(run(path, each, other == null ? each : other, seed, operations));
    }
  }
}
