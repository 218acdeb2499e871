package io.penstock.core.metric;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What became of operations of one kind: how many, bytes, errors, and how long each took.
 * Thread-safe; numbers grow while they are read.
 */
public final class OperationMetrics {
  private final LatencyHistogram latency = new LatencyHistogram();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder errors = new LongAdder();

  OperationMetrics() {}

  void ended(long nanos, long moved, @Nullable Throwable error) {
    if (error != null) {
      errors.increment();
    } else if (moved > 0) {
      bytes.add(moved);
    }
    latency.add(nanos);
  }

  /** How long each took that has ended, those that failed included; their number too. */
  public LatencyHistogram.Snapshot latency() {
    return latency.snapshot();
  }

  /** Bytes moved by those that succeeded. */
  public long bytes() {
    return bytes.sum();
  }

  /** How many failed. */
  public long errors() {
    return errors.sum();
  }
}
