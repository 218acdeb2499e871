package io.penstock.testkit.simulation;

import java.util.Locale;

/** What can go wrong with a simulated device. Each kind is thrown by dice of its own. */
public enum FaultKind {
  /** An operation takes a hundred times as long as others. */
  LATENCY(20),
  /** An operation ends before one that was submitted earlier. */
  REORDER(1),
  /** An operation finds the queue full: it waits in the device, or fails with EAGAIN (no-wait). */
  FULL_QUEUE(1),
  /** The device carries an operation out in parts, with others in between. */
  SHORT_TRANSFER(8),
  /** An operation fails with EIO; the next one on the same blocks may succeed. */
  TRANSIENT_ERROR(60),
  /** A logical block goes bad: every operation that touches it fails with EIO from now on. */
  STICKY_ERROR(200),
  /**
   * A write that fails, or is in flight when power goes, leaves any of its logical blocks written
   * and the others as they were. Without this kind those whose turn has not come are as they were.
   */
  TORN_WRITE(1),
  /** A flush fails with EIO; some of what it should have made durable never will be. */
  FLUSH_ERROR(12),
  /** The power goes: all that is in flight fails, and so does the device until it is restarted. */
  POWER_CUT(1),
  /** With the power, logical blocks go that are in the volatile cache, each by its own luck. */
  LOST_CACHE(1);

  private final int oneIn;

  FaultKind(int oneIn) {
    this.oneIn = oneIn;
  }

  /** It strikes one in so many operations that it could strike. */
  public int oneIn() {
    return oneIn;
  }

  /** The kind as options and tables call it: {@code transient-error}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The kind called {@code word}.
   *
   * @throws IllegalArgumentException when there is none, naming those there are
   */
  public static FaultKind of(String word) {
    StringBuilder all = new StringBuilder();
    for (FaultKind each : values()) {
      if (each.word().equals(word)) {
        return each;
      }
      all.append(' ').append(each.word());
    }
    throw new IllegalArgumentException("no kind of fault is called '" + word + "'; use" + all);
  }
}
