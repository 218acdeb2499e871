package io.penstock.ext4.format;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The superblock: 1024 bytes at byte 1024 of the volume. Source: "Super Block" of the format's
 * documentation. Fields that are read here; numbers little-endian:
 *
 * <pre>
 *   0x00  4  s_inodes_count           0x64  4  s_feature_ro_compat
 *   0x04  4  s_blocks_count_lo        0x68 16  s_uuid
 *   0x08  4  s_r_blocks_count_lo      0x78 16  s_volume_name
 *   0x0C  4  s_free_blocks_count_lo   0xD0 16  s_journal_uuid
 *   0x10  4  s_free_inodes_count      0xE0  4  s_journal_inum
 *   0x14  4  s_first_data_block       0xE4  4  s_journal_dev
 *   0x18  4  s_log_block_size         0xE8  4  s_last_orphan
 *   0x1C  4  s_log_cluster_size       0xEC 16  s_hash_seed
 *   0x20  4  s_blocks_per_group       0xFC  1  s_def_hash_version
 *   0x24  4  s_clusters_per_group     0xFE  2  s_desc_size
 *   0x28  4  s_inodes_per_group      0x104  4  s_first_meta_bg
 *   0x38  2  s_magic, 0xEF53         0x150  4  s_blocks_count_hi
 *   0x3A  2  s_state                 0x154  4  s_r_blocks_count_hi
 *   0x48  4  s_creator_os            0x158  4  s_free_blocks_count_hi
 *   0x4C  4  s_rev_level             0x160  4  s_flags
 *   0x54  4  s_first_ino             0x168  8  s_mmp_block
 *   0x58  2  s_inode_size            0x174  1  s_log_groups_per_flex
 *   0xCE  2  s_reserved_gdt_blocks   0x175  1  s_checksum_type
 *   0x5A  2  s_block_group_nr        0x24C  8  s_backup_bgs
 *   0x5C  4  s_feature_compat        0x270  4  s_checksum_seed
 *   0x60  4  s_feature_incompat      0x280  4  s_orphan_file_inum
 *  0x26C  4  s_prj_quota_inum        0x3FC  4  s_checksum
 * </pre>
 *
 * <p>What is computed from them, and whether they fit together, is {@link Geometry}'s.
 */
public final class Superblock {
  /** Where it is, bytes from the start of the volume. */
  public static final int OFFSET = 1024;

  /** How long it is, bytes. */
  public static final int LENGTH = 1024;

  private static final int MAGIC = 0xEF53;
  private static final int CHECKSUM = 0x3FC;
  private static final int DYNAMIC_REVISION = 1;
  private static final int OLD_INODE_SIZE = 128;
  private static final int OLD_FIRST_INODE = 11;
  private static final int CRC32C = 1;
  private static final int HASH_IS_UNSIGNED = 2;

  private final DiskBytes bytes;
  private final Place place;
  private final Set<Feature> features;

  private Superblock(DiskBytes bytes, Place place) {
    this.bytes = bytes;
    this.place = place;
    features = features();
  }

  /**
   * The superblock in these {@value #LENGTH} bytes.
   *
   * @param volume the device, for messages
   * @throws BlockIoException EINVAL when this is no ext volume; EOPNOTSUPP, naming them, when it
   *     needs features that are not known here
   * @throws DamagedVolumeException when its checksum is wrong
   */
  public static Superblock parse(DiskBytes bytes, String volume) throws IOException {
    Superblock superblock = new Superblock(bytes, Place.of(volume, "superblock"));
    superblock.check(volume);
    return superblock;
  }

  private void check(String volume) throws IOException {
    int magic = bytes.u16(0x38);
    if (magic != MAGIC) {
      throw new BlockIoException(
          Errno.EINVAL,
          "open volume",
          volume,
          "no ext2, ext3 or ext4 volume: its magic number is 0x%x, not 0x%x"
              .formatted(magic, MAGIC));
    }
    if (has(Feature.METADATA_CSUM)) {
      checkChecksum();
    }
    List<String> refused = refusedFeatures();
    if (!refused.isEmpty()) {
      throw new BlockIoException(
          Errno.EOPNOTSUPP,
          "open volume",
          volume,
          "it has features that are not supported: " + String.join(", ", refused));
    }
  }

  private void checkChecksum() throws DamagedVolumeException {
    int type = bytes.u8(0x175);
    if (type != CRC32C) {
      throw place.damaged("its checksum type is " + type + ", not 1 (crc32c)");
    }
    long stored = bytes.u32(CHECKSUM);
    long computed = bytes.crc32c(Crc32c.START, 0, CHECKSUM) & 0xFFFF_FFFFL;
    if (stored != computed) {
      throw place.badChecksum(stored, computed);
    }
  }

  private Set<Feature> features() {
    Set<Feature> found = EnumSet.noneOf(Feature.class);
    if (revision() < DYNAMIC_REVISION) {
      return found;
    }
    for (Feature each : Feature.values()) {
      if ((word(each.kind()) & each.bit()) != 0) {
        found.add(each);
      }
    }
    return found;
  }

  private long word(Feature.Kind kind) {
    return switch (kind) {
      case COMPATIBLE -> bytes.u32(0x5C);
      case NEEDED, REFUSED -> bytes.u32(0x60);
      case READABLE -> bytes.u32(0x64);
    };
  }

  private List<String> refusedFeatures() {
    if (revision() < DYNAMIC_REVISION) {
      return List.of();
    }
    List<String> names =
        new java.util.ArrayList<>(
            features.stream()
                .filter(each -> each.kind() == Feature.Kind.REFUSED)
                .map(Feature::label)
                .toList());
    long unknown = word(Feature.Kind.NEEDED);
    for (Feature each : Feature.values()) {
      if (each.kind() == Feature.Kind.NEEDED || each.kind() == Feature.Kind.REFUSED) {
        unknown &= ~each.bit();
      }
    }
    if (unknown != 0) {
      names.add("unknown incompatible feature bits 0x" + Long.toHexString(unknown));
    }
    return names;
  }

  /** Blocks behind the group descriptors that are kept for more of them. */
  public int reservedDescriptorBlocks() {
    return has(Feature.RESIZE_INODE) ? bytes.u16(0xCE) : 0;
  }

  /** Binary logarithm of the groups whose metadata lies together. */
  public int logGroupsTogether() {
    return has(Feature.FLEX_BG) ? Math.min(31, bytes.u8(0x174)) : 0;
  }

  /** Where it is, for messages. */
  public Place place() {
    return place;
  }

  /** As it is on the disk. */
  public DiskBytes bytes() {
    return bytes;
  }

  // --- what the volume makes use of ---

  /** Whether the volume makes use of a feature. */
  public boolean has(Feature feature) {
    return features.contains(feature);
  }

  /** Features that are not known here, with which the volume must not be written: their bits. */
  public long unknownReadableFeatures() {
    long unknown = revision() < DYNAMIC_REVISION ? 0 : word(Feature.Kind.READABLE);
    for (Feature each : Feature.values()) {
      if (each.kind() == Feature.Kind.READABLE) {
        unknown &= ~each.bit();
      }
    }
    return unknown;
  }

  /** All known features that the volume makes use of. */
  public Set<Feature> featureSet() {
    return EnumSet.copyOf(features.isEmpty() ? EnumSet.noneOf(Feature.class) : features);
  }

  /** 0 for the original format, 1 for the one with features. */
  public long revision() {
    return bytes.u32(0x4C);
  }

  // --- numbers of the volume ---

  /** Inodes in all. */
  public long inodes() {
    return bytes.u32(0);
  }

  /** Blocks in all. */
  public long blocks() {
    return withHigh(0x04, 0x150);
  }

  /** Blocks that only the super-user may allocate. */
  public long reservedBlocks() {
    return withHigh(0x08, 0x154);
  }

  /** Blocks that are free; whole clusters of them. */
  public long freeBlocks() {
    return withHigh(0x0C, 0x158);
  }

  private long withHigh(int low, int high) {
    return bytes.u32(low) | (has(Feature.SIXTY_FOUR_BIT) ? bytes.u32(high) << 32 : 0);
  }

  /** Inodes that are free. */
  public long freeInodes() {
    return bytes.u32(0x10);
  }

  /** The first block that belongs to a group. */
  public long firstDataBlock() {
    return bytes.u32(0x14);
  }

  /** Binary logarithm of a block's KiB. */
  public long logBlockSize() {
    return bytes.u32(0x18);
  }

  /** Binary logarithm of a cluster's KiB. */
  public long logClusterSize() {
    return bytes.u32(0x1C);
  }

  /** Blocks of a group. */
  public long blocksPerGroup() {
    return bytes.u32(0x20);
  }

  /** Clusters of a group. */
  public long clustersPerGroup() {
    return bytes.u32(0x24);
  }

  /** Inodes of a group. */
  public long inodesPerGroup() {
    return bytes.u32(0x28);
  }

  /** Bytes of an inode in the table. */
  public int inodeSize() {
    return revision() < DYNAMIC_REVISION ? OLD_INODE_SIZE : bytes.u16(0x58);
  }

  /** The first inode that is not reserved. */
  public long firstInode() {
    return revision() < DYNAMIC_REVISION ? OLD_FIRST_INODE : bytes.u32(0x54);
  }

  /** Bytes of a group descriptor. */
  public int descriptorSize() {
    return has(Feature.SIXTY_FOUR_BIT) ? bytes.u16(0xFE) : 32;
  }

  /** The first meta block group that keeps its descriptors itself. */
  public long firstMetaGroup() {
    return bytes.u32(0x104);
  }

  /** The group whose copy this is. */
  public int groupOfCopy() {
    return bytes.u16(0x5A);
  }

  /** The two groups with copies of the superblock, with sparse_super2; 0 for none. */
  public long[] backupGroups() {
    return new long[] {bytes.u32(0x24C), bytes.u32(0x250)};
  }

  /** 1 cleanly unmounted, 2 errors were found, 4 orphans are being recovered; added together. */
  public int state() {
    return bytes.u16(0x3A);
  }

  /** 0 for Linux; decides what some fields of inodes mean. */
  public long creator() {
    return bytes.u32(0x48);
  }

  // --- names and seeds ---

  /** The volume's identity. */
  public UUID uuid() {
    return uuidAt(0x68);
  }

  /** The journal's identity, where it is on a device of its own. */
  public UUID journalUuid() {
    return uuidAt(0xD0);
  }

  private UUID uuidAt(int offset) {
    return new UUID(
        bytes.big32(offset) << 32 | bytes.big32(offset + 4),
        bytes.big32(offset + 8) << 32 | bytes.big32(offset + 12));
  }

  /** The identity as bytes. */
  public byte[] uuidBytes() {
    return bytes.copy(0x68, 16);
  }

  /** The volume's name; may be empty. */
  public String label() {
    return bytes.text(0x78, 16);
  }

  /** What metadata checksums start from. */
  public int checksumSeed() {
    return has(Feature.METADATA_CSUM_SEED)
        ? bytes.s32(0x270)
        : Crc32c.update(Crc32c.START, uuidBytes());
  }

  /** The four words that directory hashes start from. */
  public int[] hashSeed() {
    int[] seed = new int[4];
    Arrays.setAll(seed, i -> bytes.s32(0xEC + 4 * i));
    return seed;
  }

  /** The hash that new directories use. */
  public int defaultHashVersion() {
    return bytes.u8(0xFC);
  }

  /** Whether bytes of names are unsigned where directories are hashed. */
  public boolean isHashUnsigned() {
    return (bytes.u32(0x160) & HASH_IS_UNSIGNED) != 0;
  }

  // --- where other structures are ---

  /** The inode of the journal; 0 when it is on a device of its own. */
  public long journalInode() {
    return bytes.u32(0xE0);
  }

  /** The number of the journal's device; 0 for none. */
  public long journalDevice() {
    return bytes.u32(0xE4);
  }

  /** The first inode in the list of orphans; 0 for none. */
  public long lastOrphan() {
    return bytes.u32(0xE8);
  }

  /** The inode of the orphan file; 0 for none. */
  public long orphanFileInode() {
    return bytes.u32(0x280);
  }

  /** The inode with quotas of projects; 0 for none. */
  public long projectQuotaInode() {
    return bytes.u32(0x26C);
  }

  /** The block of multiple mount protection. */
  public long mmpBlock() {
    return bytes.s64(0x168);
  }

  @Override
  public String toString() {
    return "superblock " + uuid() + " blocks=" + blocks() + " features=" + features;
  }
}
