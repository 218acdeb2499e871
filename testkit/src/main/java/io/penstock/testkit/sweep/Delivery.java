package io.penstock.testkit.sweep;

/** Who waits for the requests of a workload, and when the device gets to its operations. */
public enum Delivery {
  /** Synchronous requests. */
  WAITING,
  /** Asynchronous requests; the device works inside the submission. */
  INLINE,
  /** Asynchronous requests; the device begins when the submission has returned, in order. */
  LATER,
  /** As {@link #LATER}, what was submitted last first. */
  REVERSED;

  /** Whether requests have a handler. */
  boolean isAsynchronous() {
    return this != WAITING;
  }

  /** Whether device operations of asynchronous requests are held until somebody goes on. */
  boolean holds() {
    return this == LATER || this == REVERSED;
  }
}
