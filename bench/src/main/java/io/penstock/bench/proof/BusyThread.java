package io.penstock.bench.proof;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A virtual thread that always has work to do and offers its carrier to others between two slices
 * of it, so that it goes on only while carriers are free. Its figures are complete once it is
 * closed.
 */
final class BusyThread implements AutoCloseable {
  private static final long SLICE_NANOS = Duration.ofNanos(100_000).toNanos();

  private final ExecutorService worker =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("penstock-busy").factory());
  private volatile boolean stopped;
  private long workedNanos;
  private long longestWaitNanos;
  private long wholeNanos;

  BusyThread() {
    worker.execute(this::work);
  }

  @SuppressWarnings("ThreadPriorityCheck") // what its yielding leads to is what is looked at
  private void work() {
    long begin = System.nanoTime();
    long sliceBegin = begin;
    while (!stopped) {
      long sliceEnd = sliceBegin;
      while (sliceEnd - sliceBegin < SLICE_NANOS) {
        sliceEnd = System.nanoTime();
      }
      workedNanos += sliceEnd - sliceBegin;
      Thread.yield();
      sliceBegin = System.nanoTime();
      longestWaitNanos = Math.max(longestWaitNanos, sliceBegin - sliceEnd);
    }
    wholeNanos = sliceBegin - begin;
  }

  /** Share of the time that it had a carrier. */
  double share() {
    return wholeNanos == 0 ? 0 : (double) workedNanos / wholeNanos;
  }

  /** The longest time that it waited for a carrier. */
  Duration longestWait() {
    return Duration.ofNanos(longestWaitNanos);
  }

  /** Ends it and waits for that, also when interrupted. */
  @Override
  public void close() {
    stopped = true;
    worker.close();
  }
}
