package io.penstock.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * How much memory code allocates once it is compiled, as the JVM counts it. The code runs in rounds
 * until one of them allocates less than a byte for each operation: before the compiler has had its
 * time, and whenever it takes back what it has assumed, objects are made that are not in the end;
 * on a busy machine that takes long. Code that does allocate is found out in every round, and runs
 * for half a minute. Thread-safe, but what other threads do at the same time counts for {@link
 * #ofAllThreads}.
 */
public final class Garbage {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long MOST_NANOS = 30_000_000_000L;

  /** Code that is measured. */
  @FunctionalInterface
  public interface Work {
    /** Does it so many times. */
    void run(int operations) throws Exception;
  }

  private Garbage() {}

  /**
   * What the calling thread allocates.
   *
   * @param operations of each round; thousands, as what measuring itself allocates counts too
   * @return bytes of the round that allocated least; less than {@code operations} if it is none
   */
  public static long ofThisThread(int operations, Work work) throws Exception {
    return ofThisThread(operations, operations, work);
  }

  /** What all threads of the process allocate; otherwise as {@link #ofThisThread}. */
  public static long ofAllThreads(int operations, Work work) throws Exception {
    return least(operations, operations, work, THREADS::getTotalThreadAllocatedBytes);
  }

  /**
   * As {@link #ofThisThread(int, Work)}, for code that may allocate less than that.
   *
   * @param enough bytes; a round that allocates less is the last
   */
  public static long ofThisThread(int operations, long enough, Work work) throws Exception {
    return least(operations, enough, work, THREADS::getCurrentThreadAllocatedBytes);
  }

  private static long least(int operations, long enough, Work work, LongSupplier allocated)
      throws Exception {
    long end = System.nanoTime() + MOST_NANOS;
    long least = Long.MAX_VALUE;
    do {
      long before = allocated.getAsLong();
      work.run(operations);
      least = Math.min(least, allocated.getAsLong() - before);
    } while (least >= enough && System.nanoTime() < end);
    return least;
  }
}
