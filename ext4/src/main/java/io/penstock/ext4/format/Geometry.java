package io.penstock.ext4.format;

/**
 * How a volume is divided: what follows from the numbers of its superblock once they are known to
 * fit together. Blocks are counted from the start of the volume, groups and clusters from 0.
 * Source: "Layout" and "Block Group Descriptors" of the format's documentation.
 *
 * <p>Example, 1 KiB blocks: the superblock is block 1, group 0 begins at block 1, and the first
 * descriptors are in block 2. With 4 KiB blocks all is in blocks 0 and 1.
 */
public final class Geometry {
  private static final int MIN_BLOCK_SHIFT = 10;
  private static final int MAX_BLOCK_SHIFT = 16;
  private static final int MAX_CLUSTER_SHIFT = 30;
  private static final int MIN_INODE_SIZE = 128;

  private final Superblock superblock;
  private final int blockShift;
  private final int clusterShift;
  private final long groups;

  private Geometry(Superblock superblock, int blockShift, int clusterShift, long groups) {
    this.superblock = superblock;
    this.blockShift = blockShift;
    this.clusterShift = clusterShift;
    this.groups = groups;
  }

  /**
   * The geometry that a superblock describes.
   *
   * @throws DamagedVolumeException when its numbers do not fit together
   */
  public static Geometry of(Superblock superblock) throws DamagedVolumeException {
    int blockShift = blockShift(superblock);
    int clusterShift = clusterShift(superblock, blockShift);
    checkSizes(superblock, 1 << blockShift);
    long groups = groups(superblock, blockShift, clusterShift);
    return new Geometry(superblock, blockShift, clusterShift, groups);
  }

  private static int blockShift(Superblock superblock) throws DamagedVolumeException {
    long shift = superblock.logBlockSize() + MIN_BLOCK_SHIFT;
    if (shift > MAX_BLOCK_SHIFT) {
      throw superblock
          .place()
          .damaged("a block size of 2^" + shift + " bytes is not one of 1 KiB to 64 KiB");
    }
    return (int) shift;
  }

  private static int clusterShift(Superblock superblock, int blockShift)
      throws DamagedVolumeException {
    if (!superblock.has(Feature.BIGALLOC)) {
      return blockShift;
    }
    long shift = superblock.logClusterSize() + MIN_BLOCK_SHIFT;
    if (shift < blockShift || shift > MAX_CLUSTER_SHIFT) {
      throw superblock
          .place()
          .damaged("a cluster of 2^" + shift + " bytes does not go with blocks of 2^" + blockShift);
    }
    return (int) shift;
  }

  private static void checkSizes(Superblock superblock, int blockSize)
      throws DamagedVolumeException {
    Place place = superblock.place();
    int inode = superblock.inodeSize();
    if (inode < MIN_INODE_SIZE || inode > blockSize || Integer.bitCount(inode) != 1) {
      throw place.damaged("inodes of " + inode + " bytes do not go with blocks of " + blockSize);
    }
    int descriptor = superblock.descriptorSize();
    int least = superblock.has(Feature.SIXTY_FOUR_BIT) ? 64 : 32;
    if (descriptor < least || descriptor > 1024 || Integer.bitCount(descriptor) != 1) {
      throw place.damaged("group descriptors of " + descriptor + " bytes cannot be");
    }
    long inodesPerGroup = superblock.inodesPerGroup();
    if (inodesPerGroup == 0 || inodesPerGroup > 8L * blockSize) {
      throw place.damaged(inodesPerGroup + " inodes per group do not fit one bitmap block");
    }
  }

  private static long groups(Superblock superblock, int blockShift, int clusterShift)
      throws DamagedVolumeException {
    Place place = superblock.place();
    int ratioShift = clusterShift - blockShift;
    long clusters =
        superblock.has(Feature.BIGALLOC)
            ? superblock.clustersPerGroup()
            : superblock.blocksPerGroup();
    if (clusters == 0
        || clusters > 8L << blockShift
        || superblock.blocksPerGroup() != clusters << ratioShift) {
      throw place.damaged(
          superblock.blocksPerGroup()
              + " blocks in "
              + clusters
              + " clusters per group do not fit one bitmap block");
    }
    long blocks = superblock.blocks();
    long first = superblock.firstDataBlock();
    if (blocks <= 0 || blocks > Long.MAX_VALUE >> blockShift || first > 1 || first >= blocks) {
      throw place.damaged("blocks " + first + " to " + blocks + " cannot be a volume");
    }
    long perGroup = superblock.blocksPerGroup();
    long groups = (blocks - first + perGroup - 1) / perGroup;
    if (groups > 0xFFFF_FFFFL / superblock.inodesPerGroup()
        || superblock.inodes() != groups * superblock.inodesPerGroup()) {
      throw place.damaged(
          superblock.inodes()
              + " inodes are not "
              + superblock.inodesPerGroup()
              + " for each of "
              + groups
              + " groups");
    }
    return groups;
  }

  /** The superblock it follows from. */
  public Superblock superblock() {
    return superblock;
  }

  /** Bytes of a block. */
  public int blockSize() {
    return 1 << blockShift;
  }

  /** Binary logarithm of {@link #blockSize()}. */
  public int blockShift() {
    return blockShift;
  }

  /** Binary logarithm of the blocks of a cluster; 0 without bigalloc. */
  public int clusterBlocksShift() {
    return clusterShift - blockShift;
  }

  /** Blocks of the volume. */
  public long blocks() {
    return superblock.blocks();
  }

  /** Groups of the volume. */
  public long groups() {
    return groups;
  }

  /** Whether a run of blocks lies between the superblock and the end of the volume. */
  public boolean holds(long block, long count) {
    return block > superblock.firstDataBlock()
        && count >= 0
        && block < blocks()
        && count <= blocks() - block;
  }

  // --- groups ---

  /** The first block of a group. */
  public long firstBlock(long group) {
    return superblock.firstDataBlock() + group * superblock.blocksPerGroup();
  }

  /** Blocks of a group; the last may be shorter. */
  public long blocksIn(long group) {
    return Math.min(superblock.blocksPerGroup(), blocks() - firstBlock(group));
  }

  /** Clusters of a group; the last may be shorter. */
  public long clustersIn(long group) {
    int shift = clusterBlocksShift();
    return (blocksIn(group) + (1L << shift) - 1) >> shift;
  }

  /** The group a block belongs to. */
  public long groupOf(long block) {
    return (block - superblock.firstDataBlock()) / superblock.blocksPerGroup();
  }

  /** Whether a group begins with a copy of the superblock. */
  public boolean hasSuperblock(long group) {
    if (group == 0) {
      return true;
    }
    if (superblock.has(Feature.SPARSE_SUPER2)) {
      long[] backups = superblock.backupGroups();
      return group == backups[0] || group == backups[1];
    }
    return group == 1
        || !superblock.has(Feature.SPARSE_SUPER)
        || isPowerOf(group, 3)
        || isPowerOf(group, 5)
        || isPowerOf(group, 7);
  }

  private static boolean isPowerOf(long number, long base) {
    while (number % base == 0) {
      number /= base;
    }
    return number == 1;
  }

  // --- group descriptors ---

  private int descriptorsPerBlock() {
    return blockSize() / superblock.descriptorSize();
  }

  /** Blocks that hold group descriptors, in all. */
  public long descriptorBlocks() {
    int perBlock = descriptorsPerBlock();
    return (groups + perBlock - 1) / perBlock;
  }

  /** Whether the descriptors of a group are kept in its own meta block group. */
  public boolean isInMetaGroup(long group) {
    return superblock.has(Feature.META_BG)
        && group / descriptorsPerBlock() >= superblock.firstMetaGroup();
  }

  /** Groups of a meta block group. */
  public int groupsPerMetaGroup() {
    return descriptorsPerBlock();
  }

  /** The block with a group's descriptor. */
  public long descriptorBlock(long group) {
    long index = group / descriptorsPerBlock();
    if (!isInMetaGroup(group)) {
      return superblockBlock() + 1 + index;
    }
    long first = index * descriptorsPerBlock();
    if (first == 0) {
      return superblockBlock() + 1;
    }
    return firstBlock(first) + (hasSuperblock(first) ? 1 : 0);
  }

  /** Where in that block the descriptor is, bytes. */
  public int descriptorOffset(long group) {
    return (int) (group % descriptorsPerBlock()) * superblock.descriptorSize();
  }

  /** The block with the superblock. */
  public long superblockBlock() {
    return Superblock.OFFSET >> blockShift;
  }

  // --- inodes ---

  /** Whether there is such an inode. */
  public boolean isInode(long inode) {
    return inode >= 1 && inode <= superblock.inodes();
  }

  /** The group an inode belongs to. */
  public long groupOfInode(long inode) {
    return (inode - 1) / superblock.inodesPerGroup();
  }

  /** Where an inode is in its group's table. */
  public long indexInGroup(long inode) {
    return (inode - 1) % superblock.inodesPerGroup();
  }

  /** Blocks of a group's inode table. */
  public long inodeTableBlocks() {
    long bytes = superblock.inodesPerGroup() * superblock.inodeSize();
    return (bytes + blockSize() - 1) >> blockShift;
  }
}
