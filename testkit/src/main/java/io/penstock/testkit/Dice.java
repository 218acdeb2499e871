package io.penstock.testkit;

import java.util.SplittableRandom;

/** Random choices that one seed determines. Not thread-safe. */
public final class Dice {
  private final SplittableRandom random;

  /** Dice whose every throw the seed determines. */
  public Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Dice of their own for one part of a run, so that the parts do not disturb each other. */
  public static Dice of(long seed, long part) {
    return new Dice(Pattern.mix(seed * 0x9E3779B97F4A7C15L + part));
  }

  /** Anything from 0 to {@code bound - 1}. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** Anything from 0 to {@code bound - 1}. */
  public long below(long bound) {
    return random.nextLong(bound);
  }

  /** Both ends included. */
  public int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  /** True once in {@code n} throws. */
  public boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  /** True in {@code chance} of 100 throws. */
  public boolean percent(int chance) {
    return random.nextInt(100) < chance;
  }

  /** One of them, each as likely. */
  @SafeVarargs
  public final <T> T pick(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** One of them, each as likely. */
  public int pickInt(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** Any number. */
  public long nextLong() {
    return random.nextLong();
  }
}
