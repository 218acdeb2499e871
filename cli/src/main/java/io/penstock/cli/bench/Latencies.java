package io.penstock.cli.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.HdrHistogram.Histogram;

/** A distribution of latencies: microseconds at fixed percentiles. Immutable. */
public final class Latencies {
  /** The percentiles that are kept; the last is the largest value. */
  public static final List<Double> PERCENTILES =
      List.of(1.0, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.95, 99.99, 100.0);

  private static final double NANOS_PER_MICRO = 1000;

  private final double[] micros;

  private Latencies(double[] micros) {
    this.micros = micros;
  }

  /** Of a function from percentile to nanoseconds. */
  static Latencies of(DoubleUnaryOperator nanosAt) {
    return new Latencies(
        PERCENTILES.stream()
            .mapToDouble(p -> nanosAt.applyAsDouble(p) / NANOS_PER_MICRO)
            .toArray());
  }

  /** Of a histogram of nanoseconds. */
  static Latencies of(Histogram nanos) {
    return of(nanos::getValueAtPercentile);
  }

  /** At each percentile the median of these. */
  static Latencies medianOf(List<Latencies> all) {
    double[] medians = new double[PERCENTILES.size()];
    Arrays.setAll(
        medians,
        i -> Spread.of(all.stream().mapToDouble(each -> each.micros[i]).toArray()).median());
    return new Latencies(medians);
  }

  /** Microseconds that so many per cent of the operations took at most. */
  public double at(double percentile) {
    int index = PERCENTILES.indexOf(percentile);
    if (index < 0) {
      throw new IllegalArgumentException(
          "percentile " + percentile + " is not kept; there are " + PERCENTILES);
    }
    return micros[index];
  }
}
