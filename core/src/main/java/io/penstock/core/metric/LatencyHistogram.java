package io.penstock.core.metric;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts durations in nanoseconds by their length: sixteen classes for every power of two, so that
 * what it tells is at most a sixteenth too large. Durations of 2⁴¹ ns (36 minutes) and more are all
 * in the last class. Adding allocates nothing and locks nothing. Thread-safe; a snapshot that is
 * taken while others add may have some of what they add.
 *
 * <pre>
 *   0..15 ns    a class for each
 *   16..31 ns   the same, of 1 ns
 *   32..63 ns   sixteen classes of 2 ns, and so on
 * </pre>
 */
public final class LatencyHistogram {
  private static final int SUB_BITS = 4;
  private static final int SUBS = 1 << SUB_BITS;
  private static final int MOST_BITS = 41;

  /** The longest duration that is told apart from longer ones, nanoseconds. */
  static final long MOST = (1L << MOST_BITS) - 1;

  private static final int CLASSES = (MOST_BITS - SUB_BITS + 1) * SUBS;

  private final AtomicLongArray counts = new AtomicLongArray(CLASSES);
  private final LongAdder sum = new LongAdder();
  private final LongAccumulator most = new LongAccumulator(Math::max, 0);

  /** Empty. */
  public LatencyHistogram() {}

  /** Adds a duration; a negative one counts as 0. */
  public void add(long nanos) {
    long value = Math.max(0, nanos);
    counts.getAndIncrement(classOf(Math.min(value, MOST)));
    sum.add(value);
    most.accumulate(value);
  }

  static int classOf(long nanos) {
    if (nanos < SUBS) {
      return (int) nanos;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - SUB_BITS;
    return (shift + 1) * SUBS + (int) (nanos >>> shift & SUBS - 1);
  }

  /** The longest duration of a class, nanoseconds. */
  static long longestOf(int index) {
    if (index < SUBS) {
      return index;
    }
    int shift = index / SUBS - 1;
    return (SUBS + index % SUBS + 1L << shift) - 1;
  }

  /** What was added so far. */
  public Snapshot snapshot() {
    long[] copy = new long[CLASSES];
    long count = 0;
    for (int i = 0; i < CLASSES; i++) {
      copy[i] = counts.get(i);
      count += copy[i];
    }
    return new Snapshot(copy, count, sum.sum(), most.get());
  }

  /** What was added at some time. Immutable. */
  public static final class Snapshot {
    private final long[] counts;
    private final long count;
    private final long sumNanos;
    private final long mostNanos;

    private Snapshot(long[] counts, long count, long sumNanos, long mostNanos) {
      this.counts = counts;
      this.count = count;
      this.sumNanos = sumNanos;
      this.mostNanos = mostNanos;
    }

    /** How many durations. */
    public long count() {
      return count;
    }

    /** Their sum, nanoseconds. */
    public long sumNanos() {
      return sumNanos;
    }

    /** The longest, nanoseconds; exact. */
    public long mostNanos() {
      return mostNanos;
    }

    /**
     * What so many of a hundred were not longer than, nanoseconds; 0 when there are none.
     *
     * @param percentile more than 0, up to 100
     */
    public long at(double percentile) {
      if (!(percentile > 0 && percentile <= 100)) {
        throw new IllegalArgumentException(
            "percentile " + percentile + " must be more than 0 and at most 100");
      }
      long wanted = Math.max(1, (long) Math.ceil(count * (percentile / 100)));
      long seen = 0;
      for (int i = 0; i < counts.length; i++) {
        seen += counts[i];
        if (seen >= wanted) {
          return i == counts.length - 1 ? mostNanos : Math.min(longestOf(i), mostNanos);
        }
      }
      return 0;
    }
  }
}
