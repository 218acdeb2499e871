package io.penstock.ext4;

/**
 * How full a volume is, as statfs(2) would say. Blocks are the volume's.
 *
 * @param blockSize bytes of a block
 * @param blocks blocks for data and metadata of files
 * @param freeBlocks of which are free
 * @param availableBlocks of which are not kept for the super-user
 * @param inodes inodes in all
 * @param freeInodes of which are free
 */
public record VolumeSpace(
    int blockSize,
    long blocks,
    long freeBlocks,
    long availableBlocks,
    long inodes,
    long freeInodes) {

  /** Bytes for data and metadata of files. */
  public long bytes() {
    return blocks * blockSize;
  }

  /** Bytes that are free. */
  public long freeBytes() {
    return freeBlocks * blockSize;
  }
}
