package io.penstock.testkit;

import java.util.SplittableRandom;

/** Random choices that one seed determines. Not thread-safe. */
final class Dice {
  private final SplittableRandom random;

  Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Dice of their own for one part of a run, so that the parts do not disturb each other. */
  static Dice of(long seed, long part) {
    return new Dice(Pattern.mix(seed * 0x9E3779B97F4A7C15L + part));
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  long below(long bound) {
    return random.nextLong(bound);
  }

  /** Both ends included. */
  int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  boolean percent(int chance) {
    return random.nextInt(100) < chance;
  }

  @SafeVarargs
  final <T> T pick(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  int pickInt(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  long nextLong() {
    return random.nextLong();
  }
}
