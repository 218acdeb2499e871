package io.penstock.failures;

import java.util.function.Supplier;

/** Promises that must be kept whatever fails. */
public final class Check {
  private Check() {}

  /**
   * Fails unless it holds.
   *
   * @throws AssertionError with what is promised
   */
  public static void that(boolean holds, Supplier<String> promise) {
    if (!holds) {
      throw new AssertionError(promise.get());
    }
  }

  /** Fails unless the two are the same. */
  public static void same(long expected, long actual, Supplier<String> what) {
    that(expected == actual, () -> what.get() + ": " + actual + " instead of " + expected);
  }
}
