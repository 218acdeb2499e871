package io.penstock.races;

import java.util.concurrent.atomic.AtomicInteger;

/** What only one at a time may do: notices when two do. */
public final class Turn {
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private volatile boolean shared;

  /** Nobody was there. */
  public Turn() {}

  /** One has it from here on. */
  public void begin() {
    if (inside.incrementAndGet() != 1) {
      shared = true;
    }
  }

  /** Until here. */
  public void end() {
    if (inside.decrementAndGet() != 0) {
      shared = true;
    }
    done.incrementAndGet();
  }

  /** How many have had it. */
  public int done() {
    return done.get();
  }

  /** Whether two had it at the same time. */
  public boolean wasShared() {
    return shared;
  }
}
