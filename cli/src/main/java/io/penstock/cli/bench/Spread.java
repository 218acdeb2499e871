package io.penstock.cli.bench;

import java.util.Arrays;

/**
 * Several values of the same thing, one per round. The interval is the range of all of them: of few
 * rounds nothing narrower can be said without assuming how they are distributed.
 *
 * @param median the middle one, or the mean of the two in the middle
 * @param low the smallest
 * @param high the largest
 */
public record Spread(double median, double low, double high) {
  /** Of nothing that is known. */
  public static final Spread UNKNOWN = new Spread(Double.NaN, Double.NaN, Double.NaN);

  /** Of these values; unknown when there are none or one of them is not a number. */
  public static Spread of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted); // NaN comes last
    int count = sorted.length;
    if (count == 0 || Double.isNaN(sorted[count - 1])) {
      return UNKNOWN;
    }
    double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    return new Spread(median, sorted[0], sorted[count - 1]);
  }

  /** Whether there is a value. */
  public boolean isKnown() {
    return !Double.isNaN(median);
  }

  /** Whether a value lies in the interval. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }
}
