package io.penstock.linux.abi;

/** Failures to make a ring, for tests. */
public final class NoRing {
  private NoRing() {}

  /** As if the kernel had answered so. */
  public static RingFailure because(int errno) {
    return new RingFailure("io_uring_setup", errno);
  }
}
