package io.penstock.ext4.format;

/**
 * A group descriptor. Source: "Block Group Descriptors" of the format's documentation;
 * little-endian:
 *
 * <pre>
 *   0x00  4  bg_block_bitmap_lo        0x18  2  bg_block_bitmap_csum_lo
 *   0x04  4  bg_inode_bitmap_lo        0x1A  2  bg_inode_bitmap_csum_lo
 *   0x08  4  bg_inode_table_lo         0x1C  2  bg_itable_unused_lo
 *   0x0C  2  bg_free_blocks_count_lo   0x1E  2  bg_checksum
 *   0x0E  2  bg_free_inodes_count_lo   with 64 bytes, the upper parts:
 *   0x10  2  bg_used_dirs_count_lo     0x20  4, 0x24  4, 0x28  4   of the three blocks
 *   0x12  2  bg_flags                  0x2C  2, 0x2E  2, 0x30  2   of the three counts
 *   0x14  4  bg_exclude_bitmap_lo      0x32  2  of the unused inodes, 0x38  2, 0x3A  2 of checksums
 * </pre>
 */
public final class GroupDescriptor {
  /** Where its checksum is. */
  static final int CHECKSUM = 0x1E;

  private static final int LONG = 64;
  static final int INODES_NOT_INITIALISED = 1;
  static final int BLOCKS_NOT_INITIALISED = 2;

  private final long group;
  private final DiskBytes bytes;
  private final boolean isLong;
  private final Place place;

  private GroupDescriptor(long group, DiskBytes bytes, Place place) {
    this.group = group;
    this.bytes = bytes;
    this.place = place;
    isLong = bytes.length() >= LONG;
  }

  /**
   * The descriptor of a group.
   *
   * @param bytes as long as descriptors of the volume are
   * @param place the block it is in
   * @throws DamagedVolumeException when its checksum is wrong or it points outside the volume
   */
  public static GroupDescriptor parse(
      long group, DiskBytes bytes, Geometry geometry, Checksums checksums, Place place)
      throws DamagedVolumeException {
    GroupDescriptor descriptor =
        new GroupDescriptor(group, bytes, place.structure("descriptor of group " + group));
    if (checksums.areKeptOfGroups()) {
      int computed = checksums.ofDescriptor(group, bytes);
      int stored = bytes.u16(CHECKSUM);
      if (stored != computed) {
        throw descriptor.place.badChecksum(stored, computed);
      }
    }
    descriptor.check(geometry);
    return descriptor;
  }

  private void check(Geometry geometry) throws DamagedVolumeException {
    if (!geometry.holds(blockBitmap(), 1)) {
      throw place.damaged("its block bitmap " + blockBitmap() + " is outside the volume");
    }
    if (!geometry.holds(inodeBitmap(), 1)) {
      throw place.damaged("its inode bitmap " + inodeBitmap() + " is outside the volume");
    }
    if (!geometry.holds(inodeTable(), geometry.inodeTableBlocks())) {
      throw place.damaged("its inode table " + inodeTable() + " is outside the volume");
    }
  }

  private long wide(int low, int high) {
    return bytes.u32(low) | (isLong ? bytes.u32(high) << 32 : 0);
  }

  private int medium(int low, int high) {
    return bytes.u16(low) | (isLong ? bytes.u16(high) << 16 : 0);
  }

  /** Its group. */
  public long group() {
    return group;
  }

  /** Where it is, for messages. */
  public Place place() {
    return place;
  }

  /** The block with the bitmap of blocks. */
  public long blockBitmap() {
    return wide(0x00, 0x20);
  }

  /** The block with the bitmap of inodes. */
  public long inodeBitmap() {
    return wide(0x04, 0x24);
  }

  /** The first block of the inode table. */
  public long inodeTable() {
    return wide(0x08, 0x28);
  }

  /** Clusters that are free. */
  public long freeClusters() {
    return medium(0x0C, 0x2C) & 0xFFFF_FFFFL;
  }

  /** Inodes that are free. */
  public long freeInodes() {
    return medium(0x0E, 0x2E) & 0xFFFF_FFFFL;
  }

  /** Inodes that are directories. */
  public long directories() {
    return medium(0x10, 0x30) & 0xFFFF_FFFFL;
  }

  /** Inodes at the end of the table that were never used. */
  public long unusedInodes() {
    return medium(0x1C, 0x32) & 0xFFFF_FFFFL;
  }

  /** Whether table and bitmap of inodes have not been written. */
  public boolean isInodesUninitialised() {
    return (bytes.u16(0x12) & INODES_NOT_INITIALISED) != 0;
  }

  /** Whether the bitmap of blocks has not been written. */
  public boolean isBlocksUninitialised() {
    return (bytes.u16(0x12) & BLOCKS_NOT_INITIALISED) != 0;
  }

  /** Whether the checksum of the bitmap of blocks is this one, as far as it is kept. */
  public boolean hasBlockBitmapChecksum(int computed) {
    return hasChecksum(computed, 0x18, 0x38);
  }

  /** Whether the checksum of the bitmap of inodes is this one, as far as it is kept. */
  public boolean hasInodeBitmapChecksum(int computed) {
    return hasChecksum(computed, 0x1A, 0x3A);
  }

  private boolean hasChecksum(int computed, int low, int high) {
    return bytes.u16(low) == (computed & 0xFFFF) && (!isLong || bytes.u16(high) == computed >>> 16);
  }
}
