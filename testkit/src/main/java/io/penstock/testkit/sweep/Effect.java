package io.penstock.testkit.sweep;

/** How much of a call that fails has happened all the same. */
public enum Effect {
  /** Nothing: it failed before it did anything. */
  NOTHING,
  /** Half of a device operation, whole logical blocks of it. */
  PART,
  /** All of it: only the answer was lost. */
  ALL,
  /** Nothing, and the failure is an unchecked exception, which no interface promises. */
  UNCHECKED
}
