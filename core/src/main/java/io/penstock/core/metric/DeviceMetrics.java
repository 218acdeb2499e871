package io.penstock.core.metric;

import io.penstock.core.bio.Direction;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the device operations of measured files did on one device. Thread-safe. */
public final class DeviceMetrics {
  private final String name;
  private final OperationMetrics reads = new OperationMetrics();
  private final OperationMetrics writes = new OperationMetrics();
  private final LatencyHistogram queued = new LatencyHistogram();
  private final AtomicInteger inFlight = new AtomicInteger();

  /** Open files that may use it; guarded by the {@link IoMetrics}. */
  int users;

  DeviceMetrics(String name) {
    this.name = name;
  }

  /** For the engine: so many operations are about to be handed to the device. */
  public void sent(int operations) {
    inFlight.addAndGet(operations);
  }

  /**
   * For the engine: an operation that was {@link #sent} has ended.
   *
   * @param nanos from being handed over to the end
   * @param queuedNanos of them before the device began, as far as it tells
   */
  public void ended(
      Direction direction, long nanos, long queuedNanos, long bytes, @Nullable Throwable error) {
    inFlight.decrementAndGet();
    queued.add(queuedNanos);
    (direction == Direction.READ ? reads : writes).ended(nanos, bytes, error);
  }

  /** The device's own name. */
  public String name() {
    return name;
  }

  /** Device operations that read. */
  public OperationMetrics reads() {
    return reads;
  }

  /** Device operations that write. */
  public OperationMetrics writes() {
    return writes;
  }

  /** How long operations waited before the device began them; 0 where it does not tell. */
  public LatencyHistogram.Snapshot queued() {
    return queued.snapshot();
  }

  /** Operations that the device has at this moment. */
  public int inFlight() {
    return inFlight.get();
  }
}
