package io.penstock.ext4.format;

/**
 * The fields of a group descriptor, to be changed; what is where is told at {@link
 * GroupDescriptor}. Not thread-safe.
 */
public final class GroupFields {
  private static final int LONG = 64;

  private final BlockBytes bytes;

  /** The fields of a descriptor as long as those of the volume are. */
  public GroupFields(BlockBytes bytes) {
    this.bytes = bytes;
  }

  /** All of it. */
  public BlockBytes bytes() {
    return bytes;
  }

  private void medium(int low, int high, long value) {
    bytes.put16(low, (int) value);
    if (bytes.length() >= LONG) {
      bytes.put16(high, (int) (value >>> 16));
    }
  }

  /** Clusters that are free. */
  public GroupFields freeClusters(long value) {
    medium(0x0C, 0x2C, value);
    return this;
  }

  /** Inodes that are free. */
  public GroupFields freeInodes(long value) {
    medium(0x0E, 0x2E, value);
    return this;
  }

  /** Inodes that are directories. */
  public GroupFields directories(long value) {
    medium(0x10, 0x30, value);
    return this;
  }

  /** Inodes at the end of the table that were never used. */
  public GroupFields unusedInodes(long value) {
    medium(0x1C, 0x32, value);
    return this;
  }

  /** The bitmap of blocks has been written. */
  public GroupFields blocksInitialised() {
    bytes.put16(0x12, bytes.view().u16(0x12) & ~GroupDescriptor.BLOCKS_NOT_INITIALISED);
    return this;
  }

  /** The bitmap of inodes has been written. */
  public GroupFields inodesInitialised() {
    bytes.put16(0x12, bytes.view().u16(0x12) & ~GroupDescriptor.INODES_NOT_INITIALISED);
    return this;
  }
}
