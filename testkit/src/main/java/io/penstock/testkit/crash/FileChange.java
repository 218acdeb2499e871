package io.penstock.testkit.crash;

/**
 * Something a {@link FileWorkload} does to its file, in the order of its numbers, from 1. Positions
 * and lengths are bytes.
 *
 * @param number its number; what it writes is {@link io.penstock.testkit.Pattern} of this writer
 * @param truncates whether it sets the size, to {@code position}, rather than writes
 * @param position where a write begins
 * @param length of a write
 */
public record FileChange(int number, boolean truncates, long position, long length) {
  /** First byte after a write; the size of the file after a truncate. */
  public long end() {
    return truncates ? position : position + length;
  }

  /** Whether some byte of the range may be other than before. */
  boolean touches(long from, long to) {
    return position < to && (truncates || from < end());
  }

  /** The writer whose bytes it leaves: a truncate leaves zeros behind the end. */
  int writer() {
    return truncates ? 0 : number;
  }

  /** The size it makes of a size. */
  long sizeAfter(long size) {
    return truncates ? position : Math.max(size, end());
  }

  @Override
  public String toString() {
    return number
        + (truncates
            ? ": truncate to " + position
            : ": write at " + position + " length " + length);
  }
}
