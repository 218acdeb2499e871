package io.penstock.linux;

/**
 * How a ring is made; see io_uring_setup(2).
 *
 * @param depth operations in flight at the same time at most; more are queued before the ring
 * @param polled whether the kernel polls the device for completions ({@code IORING_SETUP_IOPOLL}):
 *     lower latency for a busy processor, and only on devices that have queues for it, such as NVMe
 *     with {@code nvme.poll_queues}; elsewhere every transfer fails with EOPNOTSUPP
 * @param kernelThreadIdleMillis how long a thread of the kernel that takes submissions ({@code
 *     IORING_SETUP_SQPOLL}) stays awake without any, milliseconds; 0 for no such thread. It keeps a
 *     processor busy while it is awake
 */
public record RingOptions(int depth, boolean polled, int kernelThreadIdleMillis) {
  /** Most operations in flight on one ring. */
  public static final int MAX_DEPTH = 8192;

  /** Entries of the submission queue: more than these at once are given to the kernel in parts. */
  private static final int MOST_SUBMISSIONS = 256;

  /** Checks the values. */
  public RingOptions {
    if (depth < 1 || depth > MAX_DEPTH) {
      throw new IllegalArgumentException("depth " + depth + " must be 1 to " + MAX_DEPTH);
    }
    if (kernelThreadIdleMillis < 0) {
      throw new IllegalArgumentException(
          "idle time " + kernelThreadIdleMillis + " ms must not be negative");
    }
  }

  /** A ring without polling of any kind. */
  public static RingOptions ofDepth(int depth) {
    return new RingOptions(depth, false, 0);
  }

  /** The same ring, on a device that is polled. */
  public RingOptions withPolling() {
    return new RingOptions(depth, true, kernelThreadIdleMillis);
  }

  /** The same ring, with a thread of the kernel. */
  public RingOptions withKernelThread(int idleMillis) {
    return new RingOptions(depth, polled, idleMillis);
  }

  RingOptions withDepth(int operations) {
    return new RingOptions(operations, polled, kernelThreadIdleMillis);
  }

  int submissions() {
    return Math.min(MOST_SUBMISSIONS, Math.max(8, depth));
  }

  /** Room for every operation in flight, a cancel and a timeout of each, and the wake-up. */
  int completions() {
    return 3 * Math.max(8, depth) + 8;
  }
}
