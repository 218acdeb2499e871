package io.penstock.linux;

import io.penstock.linux.abi.ErrnoCapture;
import io.penstock.linux.abi.RingCalls;

/** The way into the kernel; tests put one of their own in its place that fails as kernels do. */
@FunctionalInterface
interface RingGate {
  RingGate KERNEL = RingCalls::enter;

  /** As {@link RingCalls#enter}. */
  long enter(
      ErrnoCapture capture,
      int ring,
      int submit,
      int complete,
      int flags,
      long argument,
      long argumentBytes);
}
