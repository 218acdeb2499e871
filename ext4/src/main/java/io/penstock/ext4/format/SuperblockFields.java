package io.penstock.ext4.format;

import java.time.Instant;

/**
 * The fields of a superblock, to be changed; what is where is told at {@link Superblock}. Not
 * thread-safe.
 */
public final class SuperblockFields {
  private static final int STATE_CLEAN = 1;

  private final BlockBytes bytes;

  /** The superblock in the block that has it. */
  public static SuperblockFields in(BlockBytes block, Geometry geometry) {
    int at = Superblock.OFFSET & geometry.blockSize() - 1;
    return new SuperblockFields(block.slice(at, Superblock.LENGTH));
  }

  private SuperblockFields(BlockBytes bytes) {
    this.bytes = bytes;
  }

  /** All of it. */
  public BlockBytes bytes() {
    return bytes;
  }

  private boolean has(int word, Feature feature) {
    return (bytes.view().u32(word) & feature.bit()) != 0;
  }

  /** Whether the journal has to be looked at before the volume is used. */
  public SuperblockFields needsRecovery(boolean value) {
    long features = bytes.view().u32(0x60);
    long bit = Feature.NEEDS_RECOVERY.bit();
    bytes.put32(0x60, value ? features | bit : features & ~bit);
    return this;
  }

  /** Whether the volume is said to be whole. */
  public SuperblockFields clean(boolean value) {
    int state = bytes.view().u16(0x3A);
    bytes.put16(0x3A, value ? state | STATE_CLEAN : state & ~STATE_CLEAN);
    return this;
  }

  /** Blocks and inodes that are free. */
  public SuperblockFields free(long blocks, long inodes) {
    bytes.put32(0x0C, blocks).put32(0x10, inodes);
    if (has(0x60, Feature.SIXTY_FOUR_BIT)) {
      bytes.put32(0x158, blocks >>> 32);
    }
    return this;
  }

  /** The first inode in the list of orphans; 0 for none. */
  public SuperblockFields lastOrphan(long inode) {
    bytes.put32(0xE8, inode);
    return this;
  }

  /** The first inode in the list of orphans now. */
  public long lastOrphan() {
    return bytes.view().u32(0xE8);
  }

  /** A feature that whoever does not know it may still read the volume without. */
  public SuperblockFields add(Feature feature) {
    assert feature.kind() == Feature.Kind.READABLE : feature;
    bytes.put32(0x64, bytes.view().u32(0x64) | feature.bit());
    return this;
  }

  /** A feature that whoever does not know it may still use the volume without. */
  public SuperblockFields addCompatible(Feature feature) {
    assert feature.kind() == Feature.Kind.COMPATIBLE : feature;
    bytes.put32(0x5C, bytes.view().u32(0x5C) | feature.bit());
    return this;
  }

  /** Last write of the superblock. */
  public SuperblockFields writeTime(Instant value) {
    bytes.put32(0x30, value.getEpochSecond());
    bytes.put8(0x274, (int) (value.getEpochSecond() >>> 32));
    return this;
  }
}
