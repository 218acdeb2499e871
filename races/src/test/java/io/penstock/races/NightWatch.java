package io.penstock.races;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Finds threads that sleep for ever: the other thread of the race has done all that should have
 * woken them, and seconds later they still sleep. It wakes them, so that the run goes on, and says
 * that it had to.
 *
 * <p>One for each state of a race, whose sleeper calls {@link #begin()} and {@link #end()}, and
 * whose waker {@link #wakerIsDone()}. One sleeper at a time in a virtual machine.
 */
public final class NightWatch {
  private static final int MILLIS = 1_000_000;

  /** So long a thread that was woken may have to wait for a processor. */
  private static final int PATIENCE_TICKS = 50;

  private static volatile @Nullable NightWatch current;
  private static int patience = PATIENCE_TICKS;
  private static long tickNanos = 100 * MILLIS;

  static {
    Thread.ofPlatform().daemon().name("night-watch").start(NightWatch::walkRound);
  }

  private volatile @Nullable Thread sleeper;
  private volatile boolean due;
  private volatile boolean overslept;

  /** Of one state. */
  public NightWatch() {}

  /** The calling thread is going to wait. */
  public void begin() {
    sleeper = Thread.currentThread();
    current = this;
  }

  /**
   * The calling thread has waited.
   *
   * @return whether it would have slept for ever
   */
  public boolean end() {
    current = null;
    return overslept;
  }

  /** All is done that should wake the sleeper. */
  public void wakerIsDone() {
    due = true;
  }

  /** The sleeper has gone on, and will wait for more. */
  public void wakerGoesOn() {
    due = false;
  }

  /** Whether the sleeper sleeps at this moment, as far as one can see. */
  public boolean isAsleep() {
    Thread thread = sleeper;
    return thread != null && LockSupport.getBlocker(thread) != null;
  }

  private static void walkRound() {
    NightWatch seen = null;
    int ticks = 0;
    while (true) {
      LockSupport.parkNanos(tickNanos);
      NightWatch now = current;
      ticks = now != null && now == seen && now.due ? ticks + 1 : 0;
      seen = now;
      if (now != null && ticks >= patience) {
        now.rescue();
      }
    }
  }

  private void rescue() {
    Thread thread = sleeper;
    if (thread != null && thread.getState() == Thread.State.WAITING) {
      overslept = true;
      patience = 1; // the race has failed: do not hold up its end
      tickNanos = MILLIS;
      LockSupport.unpark(thread);
    }
  }
}
