package io.penstock.testkit.crash;

/**
 * A write that a {@link CrashRecorder} has seen: where, how long, and with which content. Offsets
 * and lengths are bytes. The recorder alone changes it.
 */
public final class LoggedWrite {
  private final int number;
  private final long offset;
  private final byte[] content;
  private final boolean forcedUnitAccess;
  private final boolean atomic;

  LoggedWrite(int number, long offset, byte[] content, boolean forcedUnitAccess, boolean atomic) {
    this.number = number;
    this.offset = offset;
    this.content = content;
    this.forcedUnitAccess = forcedUnitAccess;
    this.atomic = atomic;
  }

  /** Its number, from 1, in the order of submission. */
  public int number() {
    return number;
  }

  /** Bytes from the start of the device. */
  public long offset() {
    return offset;
  }

  /** Bytes from the start of the device to the first byte after it. */
  public long end() {
    return offset + content.length;
  }

  /** Bytes. */
  public int length() {
    return content.length;
  }

  /** Whether it is durable by itself once it has completed. */
  public boolean isForcedUnitAccess() {
    return forcedUnitAccess;
  }

  /** Whether it is on the device whole or not at all. */
  public boolean isAtomic() {
    return atomic;
  }

  /** Whether both touch some byte. */
  boolean overlaps(LoggedWrite other) {
    return offset < other.end() && other.offset < end();
  }

  byte[] content() {
    return content;
  }

  @Override
  public String toString() {
    return "write "
        + number
        + " at "
        + offset
        + " length "
        + content.length
        + (forcedUnitAccess ? " FUA" : "")
        + (atomic ? " atomic" : "");
  }
}
