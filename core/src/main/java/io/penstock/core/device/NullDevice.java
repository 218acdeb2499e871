package io.penstock.core.device;

import io.penstock.core.bio.Bio;

/**
 * A device that completes every bio at once, inside {@code submit}, without touching its memory or
 * looking at it: what is left is the cost of whoever submits. Reads leave memory as it was; limits
 * are told but not checked. Thread-safe; allocates nothing.
 */
public final class NullDevice implements BlockDevice {
  private final long size;
  private final QueueLimits limits;
  private final IoCounters counters = new IoCounters();

  /** A device without end, with {@code L} = 512. */
  public NullDevice() {
    this(Long.MAX_VALUE);
  }

  /** A device of {@code size} bytes, with {@code L} = 512. */
  public NullDevice(long size) {
    this(size, QueueLimits.of(512).withMemoryAccess(true, true).withForcedUnitAccess(true));
  }

  /** A device of {@code size} bytes with these limits. */
  public NullDevice(long size, QueueLimits limits) {
    if (size < 0) {
      throw new IllegalArgumentException("size " + size + " must not be negative");
    }
    this.size = size;
    this.limits = limits;
  }

  @Override
  public String name() {
    return "null";
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public QueueLimits limits() {
    return limits;
  }

  @Override
  public void submit(Bio bio) {
    bio.complete();
  }

  @Override
  public void submit(Bio[] bios, int from, int to) {
    for (int i = from; i < to; i++) {
      bios[i].complete();
    }
  }

  @Override
  public void flush() {}

  @Override
  public IoCounters counters() {
    return counters;
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "null device of " + size + " bytes";
  }
}
