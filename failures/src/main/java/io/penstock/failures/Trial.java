package io.penstock.failures;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.file.Engines;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * One run of a scenario: where, for how long, by which dice; and what it has counted. Counting and
 * asking for the time are thread-safe.
 */
public final class Trial {
  private final Path directory;
  private final long seed;
  private final long end;
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  /**
   * A run that begins now.
   *
   * @param directory of its own, on the machine's disk; removed by the caller
   * @param seconds how long it is to go on
   */
  Trial(Path directory, long seed, double seconds) {
    this.directory = directory;
    this.seed = seed;
    end = System.nanoTime() + (long) (seconds * 1e9);
  }

  /** A directory of its own on the machine's disk. */
  public Path directory() {
    return directory;
  }

  /** Determines what its dice throw. */
  public long seed() {
    return seed;
  }

  /** Dice for one part of it. */
  public Dice dice(long part) {
    return Dice.of(seed, part);
  }

  /** Whether there is time for more. */
  public boolean goesOn() {
    return System.nanoTime() < end;
  }

  /** Names of the ways to do I/O that this machine has. */
  public static List<String> engines() {
    return Engines.all().stream()
        .filter(DeviceProvider::isAvailable)
        .map(DeviceProvider::name)
        .sorted()
        .toList();
  }

  /** Whether there are rings here. */
  public static boolean hasRings() {
    return engines().contains("uring");
  }

  /** A directory in memory for it, if the machine has such; on the disk otherwise. */
  public static Path memory() {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** Counts something by its name. */
  public void count(String what, long times) {
    counts.computeIfAbsent(what, name -> new LongAdder()).add(times);
  }

  /** Counts one. */
  public void count(String what) {
    count(what, 1);
  }

  /** Keeps the larger value; for one thread at a time. */
  public void peak(String what, long value) {
    LongAdder held = counts.computeIfAbsent(what, name -> new LongAdder());
    held.add(Math.max(0, value - held.sum()));
  }

  /**
   * Counts an error that is expected, by its number.
   *
   * @throws AssertionError when it is another than these
   */
  public void expected(IOException error, Errno... allowed) {
    if (error instanceof BlockIoException known) {
      for (Errno each : allowed) {
        if (known.is(each)) {
          count(each.name());
          return;
        }
      }
    }
    throw new AssertionError("not the error that was to come: " + error, error);
  }

  /** What was counted by a name so far. */
  public long counted(String what) {
    LongAdder count = counts.get(what);
    return count == null ? 0 : count.sum();
  }

  /** What was counted, by name. */
  Map<String, Long> counts() {
    Map<String, Long> all = new TreeMap<>();
    counts.forEach((name, count) -> all.put(name, count.sum()));
    return all;
  }
}
