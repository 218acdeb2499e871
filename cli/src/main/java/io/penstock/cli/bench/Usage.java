package io.penstock.cli.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What was used up to a moment.
 *
 * @param nanos the moment, {@link System#nanoTime()}
 * @param machine processor time of the machine
 * @param process processor time of this process
 * @param allocated bytes that all threads have allocated on the heap; -1 when unknown
 */
record Usage(long nanos, CpuTimes machine, CpuTimes process, long allocated) {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MICROS_PER_SECOND = 1e6;

  /** To be subtracted: allocation is looked at last, after what looking itself allocates. */
  static Usage atBegin() {
    CpuTimes process = CpuTimes.ofProcess();
    CpuTimes machine = CpuTimes.ofMachine();
    long nanos = System.nanoTime();
    return new Usage(nanos, machine, process, allocatedNow());
  }

  /** The other end: allocation is looked at first. */
  static Usage atEnd() {
    long allocated = allocatedNow();
    long nanos = System.nanoTime();
    CpuTimes machine = CpuTimes.ofMachine();
    return new Usage(nanos, machine, CpuTimes.ofProcess(), allocated);
  }

  private static long allocatedNow() {
    return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
        ? threads.getTotalThreadAllocatedBytes()
        : -1;
  }

  double secondsSince(Usage begin) {
    return (nanos - begin.nanos) / NANOS_PER_SECOND;
  }

  /** Heap bytes per operation, of so many operations since. */
  double bytesPerOperation(Usage begin, long operations) {
    return allocated < 0 ? Double.NaN : (double) (allocated - begin.allocated) / operations;
  }

  /**
   * Microseconds per operation.
   *
   * @param times between this and {@code begin}
   * @param operationsPerSecond between them
   */
  double microsPerOperation(double times, Usage begin, double operationsPerSecond) {
    return times / secondsSince(begin) / operationsPerSecond * MICROS_PER_SECOND;
  }
}
