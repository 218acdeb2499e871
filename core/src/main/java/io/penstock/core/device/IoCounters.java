package io.penstock.core.device;

import io.penstock.core.bio.Direction;
import java.util.concurrent.atomic.LongAdder;

/** Bytes and operations completed, zeros that the engine added included (BIO-10). Thread-safe. */
public final class IoCounters {
  private final LongAdder readBytes = new LongAdder();
  private final LongAdder writtenBytes = new LongAdder();
  private final LongAdder reads = new LongAdder();
  private final LongAdder writes = new LongAdder();

  /** Empty. */
  public IoCounters() {}

  /**
   * Adds so many operations of so many bytes together; negative numbers take back what was counted
   * when it was sent and then failed.
   */
  public void add(Direction direction, long bytes, long operations) {
    if (direction == Direction.READ) {
      readBytes.add(bytes);
      reads.add(operations);
    } else {
      writtenBytes.add(bytes);
      writes.add(operations);
    }
  }

  /** Bytes read. */
  public long readBytes() {
    return readBytes.sum();
  }

  /** Bytes written. */
  public long writtenBytes() {
    return writtenBytes.sum();
  }

  /** Read operations. */
  public long reads() {
    return reads.sum();
  }

  /** Write operations. */
  public long writes() {
    return writes.sum();
  }

  @Override
  public String toString() {
    return "reads="
        + reads
        + " ("
        + readBytes
        + " bytes) writes="
        + writes
        + " ("
        + writtenBytes
        + " bytes)";
  }
}
