package io.penstock.core.walk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Whether a request is in flight, which use of it that is, and whether somebody wants it stopped
 * (CMP-11). One word, so that a late wish can never meet the next use:
 *
 * <pre>
 *   bit  0      in flight
 *   bit  1      cancelled
 *   bit  2      timed out
 *   bits 3..63  generation, one more with every use
 * </pre>
 */
final class StopControl {
  static final long CANCELLED = 2;
  static final long TIMED_OUT = 4;

  private static final long IN_FLIGHT = 1;
  private static final int GENERATION_SHIFT = 3;
  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(StopControl.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile long word;

  /** The next use begins. */
  void begin() {
    WORD.setRelease(this, (generation() + 1) << GENERATION_SHIFT | IN_FLIGHT);
  }

  /** The use has ended: wishes to stop it come too late from here on. */
  void end() {
    WORD.setRelease(this, generation() << GENERATION_SHIFT);
  }

  long generation() {
    return word >>> GENERATION_SHIFT;
  }

  boolean isInFlight() {
    return (word & IN_FLIGHT) != 0;
  }

  boolean isStopRequested() {
    return (word & (CANCELLED | TIMED_OUT)) != 0;
  }

  boolean isTimedOut() {
    return (word & TIMED_OUT) != 0;
  }

  /** Notes a wish to stop the use with this generation. Returns false when it is over. */
  boolean request(long generation, long why) {
    while (true) {
      long now = word;
      if (now >>> GENERATION_SHIFT != generation || (now & IN_FLIGHT) == 0) {
        return false;
      }
      if (WORD.compareAndSet(this, now, now | why)) {
        return true;
      }
    }
  }
}
