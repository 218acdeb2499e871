package io.penstock.ext4.format;

/**
 * Sets the checksums of metadata that has been changed, as {@link Checksums} verifies them: the one
 * place where any is written. Called by the transaction when it ends, after the last change of the
 * block. Does nothing for what the volume keeps no checksum of. Thread-safe.
 */
public final class Seals {
  private static final int INODE_SHORT = 128;
  private static final int INODE_LOW = 0x7C;
  private static final int INODE_HIGH = 0x82;
  private static final int ATTRIBUTES = 0x10;
  private static final int SUPERBLOCK = 0x3FC;

  private final Checksums checksums;

  /** Those of a volume. */
  public Seals(Checksums checksums) {
    this.checksums = checksums;
  }

  /** A group descriptor. */
  public void descriptor(long group, BlockBytes descriptor) {
    if (checksums.areKeptOfGroups()) {
      descriptor.put16(GroupDescriptor.CHECKSUM, checksums.ofDescriptor(group, descriptor.view()));
    }
  }

  /** The checksum of a bitmap of blocks, in its group's descriptor. */
  public void blockBitmap(DiskBytes bitmap, int bytes, BlockBytes descriptor) {
    bitmap(bitmap, bytes, descriptor, 0x18, 0x38);
  }

  /** The checksum of a bitmap of inodes, in its group's descriptor. */
  public void inodeBitmap(DiskBytes bitmap, int bytes, BlockBytes descriptor) {
    bitmap(bitmap, bytes, descriptor, 0x1A, 0x3A);
  }

  private void bitmap(DiskBytes bitmap, int bytes, BlockBytes descriptor, int low, int high) {
    if (!checksums.areKept()) {
      return;
    }
    int crc = checksums.ofBitmap(bitmap, bytes);
    descriptor.put16(low, crc);
    if (descriptor.length() >= 64) {
      descriptor.put16(high, crc >>> 16);
    }
  }

  /** An inode. */
  public void inode(InodeFields inode) {
    if (!checksums.areKept()) {
      return;
    }
    BlockBytes bytes = inode.bytes();
    boolean whole = bytes.length() > INODE_SHORT && bytes.view().u16(0x80) >= 4;
    bytes.put16(INODE_LOW, 0);
    if (whole) {
      bytes.put16(INODE_HIGH, 0);
    }
    int crc = checksums.seedOf(inode.number(), bytes.view().u32(0x64));
    crc = bytes.view().crc32c(crc, 0, bytes.length());
    bytes.put16(INODE_LOW, crc);
    if (whole) {
      bytes.put16(INODE_HIGH, crc >>> 16);
    }
  }

  /** A block of an extent tree. */
  public void extents(int inodeSeed, BlockBytes block) {
    if (checksums.areKept()) {
      int end = 12 + 12 * block.view().u16(4);
      block.put32(end, block.view().crc32c(inodeSeed, 0, end));
    }
  }

  /** A block of directory entries, whose tail is there already ({@link DirectoryBlock}). */
  public void directory(int inodeSeed, BlockBytes block) {
    if (checksums.areKept()) {
      int tail = block.length() - DirectoryBlock.TAIL;
      block.put32(tail + 8, block.view().crc32c(inodeSeed, 0, tail));
    }
  }

  /**
   * A node of a directory's hash tree.
   *
   * @param root whether it is the root
   */
  public void hashTree(int inodeSeed, BlockBytes block, boolean root) {
    if (checksums.areKept()) {
      int pairs = root ? HashTreeNode.ROOT_PAIRS : HashTreeNode.NODE_PAIRS;
      int tail = pairs + block.view().u16(pairs) * HashTreeNode.PAIR;
      int crc = block.put32(tail + 4, 0).view().crc32c(inodeSeed, 0, endOfPairs(block, pairs));
      block.put32(tail + 4, block.view().crc32c(crc, tail, HashTreeNode.TAIL));
    }
  }

  private static int endOfPairs(BlockBytes block, int pairs) {
    return pairs + block.view().u16(pairs + 2) * HashTreeNode.PAIR;
  }

  /** A block of extended attributes. */
  public void attributes(long number, BlockBytes block) {
    if (checksums.areKept()) {
      block.put32(ATTRIBUTES, 0);
      int crc = Crc32c.updateLong(checksums.seed(), number);
      block.put32(ATTRIBUTES, block.view().crc32c(crc, 0, block.length()));
    }
  }

  /** A superblock. */
  public void superblock(BlockBytes superblock) {
    if (checksums.areKept()) {
      superblock.put32(SUPERBLOCK, superblock.view().crc32c(Crc32c.START, 0, SUPERBLOCK));
    }
  }

  /** What chains of an inode's blocks begin with. */
  public int seedOf(long inode, long generation) {
    return checksums.seedOf(inode, generation);
  }

  /** Whether all metadata has checksums. */
  public boolean areKept() {
    return checksums.areKept();
  }
}
