package io.penstock.races;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/** Shifts the threads of a race against each other, so that they meet in different ways. */
public final class Pause {
  private static final int MOST_SPINS = 4000;
  private static final int SPINS_BEFORE_YIELD = 1000;

  private Pause() {}

  /** Lets some moments pass, mostly none. */
  public static void sometimes() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    if (random.nextInt(4) == 0) {
      for (int left = random.nextInt(MOST_SPINS); left > 0; left--) {
        Thread.onSpinWait();
      }
    }
  }

  /** Spins until the other thread of the race has come so far. */
  public static void until(BooleanSupplier condition) {
    for (int spins = 0; !condition.getAsBoolean(); spins++) {
      if (spins < SPINS_BEFORE_YIELD) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }
}
