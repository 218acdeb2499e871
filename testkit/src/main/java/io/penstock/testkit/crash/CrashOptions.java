package io.penstock.testkit.crash;

import java.time.Duration;

/**
 * How far a sweep goes.
 *
 * @param seed what the workload and the choice of states come from
 * @param exhaustiveWrites with so many writes that may be there or not, or fewer, every subset is
 *     checked
 * @param samples how many subsets the dice choose when there are more; prefixes are always checked
 * @param torn states with torn writes at each crash point
 * @param maxStates no more states in all; those there are go to the crash points in equal shares
 * @param budget no longer than about this; in equal shares too
 */
public record CrashOptions(
    long seed, int exhaustiveWrites, int samples, int torn, long maxStates, Duration budget) {
  /** Windows of 8 writes whole, 64 subsets of larger ones, 6 torn states a point, no bounds. */
  public static final CrashOptions DEFAULT =
      new CrashOptions(1, 8, 64, 6, Long.MAX_VALUE, Duration.ofDays(1));

  /** Checks the values. */
  public CrashOptions {
    atLeastZero("exhaustiveWrites", exhaustiveWrites);
    atLeastZero("samples", samples);
    atLeastZero("torn", torn);
    if (exhaustiveWrites > 20) {
      throw new IllegalArgumentException(
          "exhaustiveWrites " + exhaustiveWrites + " would be over a million states at a point");
    }
    if (maxStates < 1) {
      throw new IllegalArgumentException("maxStates " + maxStates + " must be at least 1");
    }
  }

  private static void atLeastZero(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " " + value + " must not be negative");
    }
  }

  /** The same from another seed. */
  public CrashOptions withSeed(long value) {
    return new CrashOptions(value, exhaustiveWrites, samples, torn, maxStates, budget);
  }

  /** The same with other numbers of states at a crash point. */
  public CrashOptions withStates(int exhaustive, int sampled, int tornStates) {
    return new CrashOptions(seed, exhaustive, sampled, tornStates, maxStates, budget);
  }

  /** The same with another bound on all states. */
  public CrashOptions withMaxStates(long states) {
    return new CrashOptions(seed, exhaustiveWrites, samples, torn, states, budget);
  }

  /** The same with another bound on the time. */
  public CrashOptions withBudget(Duration time) {
    return new CrashOptions(seed, exhaustiveWrites, samples, torn, maxStates, time);
  }
}
