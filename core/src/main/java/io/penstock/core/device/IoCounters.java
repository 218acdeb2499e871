package io.penstock.core.device;

import io.penstock.core.bio.Direction;

/** Bytes and operations completed, zeros that the engine added included (BIO-10). Thread-safe. */
public final class IoCounters {
  private final Tally read = new Tally();
  private final Tally written = new Tally();

  /** Empty. */
  public IoCounters() {}

  /**
   * Adds so many operations of so many bytes together; negative numbers take back what was counted
   * when it was sent and then failed.
   */
  public void add(Direction direction, long bytes, long operations) {
    (direction == Direction.READ ? read : written).add(bytes, operations);
  }

  /** Bytes read. */
  public long readBytes() {
    return read.bytes();
  }

  /** Bytes written. */
  public long writtenBytes() {
    return written.bytes();
  }

  /** Read operations. */
  public long reads() {
    return read.operations();
  }

  /** Write operations. */
  public long writes() {
    return written.operations();
  }

  @Override
  public String toString() {
    return "reads="
        + reads()
        + " ("
        + readBytes()
        + " bytes) writes="
        + writes()
        + " ("
        + writtenBytes()
        + " bytes)";
  }
}
