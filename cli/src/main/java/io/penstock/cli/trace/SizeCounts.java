package io.penstock.cli.trace;

import java.util.ArrayList;
import java.util.List;

/** How many of something were how large: classes of powers of two, and their sum. */
public final class SizeCounts {
  private final long[] counts = new long[Long.SIZE + 1];
  private long count;
  private long bytes;

  SizeCounts() {}

  /**
   * A class that is not empty.
   *
   * @param upTo bytes, the largest that is in it: a power of two, or 0
   * @param count how many
   */
  public record SizeClass(long upTo, long count) {}

  void add(long size) {
    counts[classOf(size)]++;
    count++;
    bytes += size;
  }

  /** 0 is a class of its own; then 1, 2, 3..4, 5..8 and so on. */
  private static int classOf(long size) {
    return size <= 0 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(size - 1) + 1;
  }

  private static long lastOf(int index) {
    return index == 0 ? 0 : index == Long.SIZE ? Long.MAX_VALUE : 1L << (index - 1);
  }

  /** How many. */
  public long count() {
    return count;
  }

  /** Sum of all, bytes. */
  public long bytes() {
    return bytes;
  }

  /** Mean, bytes; 0 when there are none. */
  public double mean() {
    return count == 0 ? 0 : (double) bytes / count;
  }

  /** How many are in the class that ends there. */
  public long upTo(long upTo) {
    return counts[classOf(upTo)];
  }

  /** The classes that are not empty, smallest first. */
  public List<SizeClass> classes() {
    List<SizeClass> classes = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        classes.add(new SizeClass(lastOf(i), counts[i]));
      }
    }
    return classes;
  }
}
