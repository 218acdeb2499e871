package io.penstock.jmx;

import io.penstock.core.metric.LatencyHistogram;
import io.penstock.core.metric.OperationMetrics;
import javax.management.ConstructorParameters;

/**
 * Operations of one kind, as they were when it was asked for. Immutable. Times are microseconds,
 * percentiles at most a sixteenth too large.
 */
public final class Operations {
  private static final double NANOS = 1_000;

  private final long count;
  private final long bytes;
  private final long errors;
  private final double meanMicros;
  private final double medianMicros;
  private final double p99Micros;
  private final double p999Micros;
  private final double maxMicros;

  /** For proxies, which get the values from elsewhere. */
  @ConstructorParameters({
    "count",
    "bytes",
    "errors",
    "meanMicros",
    "medianMicros",
    "p99Micros",
    "p999Micros",
    "maxMicros"
  })
  public Operations(
      long count,
      long bytes,
      long errors,
      double meanMicros,
      double medianMicros,
      double p99Micros,
      double p999Micros,
      double maxMicros) {
    this.count = count;
    this.bytes = bytes;
    this.errors = errors;
    this.meanMicros = meanMicros;
    this.medianMicros = medianMicros;
    this.p99Micros = p99Micros;
    this.p999Micros = p999Micros;
    this.maxMicros = maxMicros;
  }

  static Operations of(OperationMetrics metrics) {
    LatencyHistogram.Snapshot latency = metrics.latency();
    return new Operations(
        latency.count(),
        metrics.bytes(),
        metrics.errors(),
        latency.count() == 0 ? 0 : latency.sumNanos() / NANOS / latency.count(),
        micros(latency, 50),
        micros(latency, 99),
        micros(latency, 99.9),
        latency.mostNanos() / NANOS);
  }

  static double micros(LatencyHistogram.Snapshot of, double percentile) {
    return of.at(percentile) / NANOS;
  }

  /** How many have ended, those that failed included. */
  public long getCount() {
    return count;
  }

  /** Bytes moved by those that succeeded. */
  public long getBytes() {
    return bytes;
  }

  /** How many failed. */
  public long getErrors() {
    return errors;
  }

  /** How long one took on average. */
  public double getMeanMicros() {
    return meanMicros;
  }

  /** What half of them took at most. */
  public double getMedianMicros() {
    return medianMicros;
  }

  /** What 99 in 100 took at most. */
  public double getP99Micros() {
    return p99Micros;
  }

  /** What 999 in 1000 took at most. */
  public double getP999Micros() {
    return p999Micros;
  }

  /** How long the slowest took. */
  public double getMaxMicros() {
    return maxMicros;
  }
}
