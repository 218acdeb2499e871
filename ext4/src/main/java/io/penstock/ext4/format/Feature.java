package io.penstock.ext4.format;

/**
 * What a volume may make use of, with the names of {@code mke2fs -O}. Source: the tables of
 * s_feature_compat, s_feature_incompat and s_feature_ro_compat in "Super Block" of the format's
 * documentation.
 */
public enum Feature {
  DIR_PREALLOC(Kind.COMPATIBLE, 0x1, "dir_prealloc"),
  IMAGIC_INODES(Kind.COMPATIBLE, 0x2, "imagic_inodes"),
  HAS_JOURNAL(Kind.COMPATIBLE, 0x4, "has_journal"),
  EXT_ATTR(Kind.COMPATIBLE, 0x8, "ext_attr"),
  RESIZE_INODE(Kind.COMPATIBLE, 0x10, "resize_inode"),
  DIR_INDEX(Kind.COMPATIBLE, 0x20, "dir_index"),
  LAZY_BG(Kind.COMPATIBLE, 0x40, "lazy_bg"),
  EXCLUDE_INODE(Kind.COMPATIBLE, 0x80, "exclude_inode"),
  EXCLUDE_BITMAP(Kind.COMPATIBLE, 0x100, "exclude_bitmap"),
  SPARSE_SUPER2(Kind.COMPATIBLE, 0x200, "sparse_super2"),
  FAST_COMMIT(Kind.COMPATIBLE, 0x400, "fast_commit"),
  STABLE_INODES(Kind.COMPATIBLE, 0x800, "stable_inodes"),
  ORPHAN_FILE(Kind.COMPATIBLE, 0x1000, "orphan_file"),

  COMPRESSION(Kind.REFUSED, 0x1, "compression"),
  FILETYPE(Kind.NEEDED, 0x2, "filetype"),
  NEEDS_RECOVERY(Kind.NEEDED, 0x4, "needs_recovery"),
  JOURNAL_DEV(Kind.REFUSED, 0x8, "journal_dev"),
  META_BG(Kind.NEEDED, 0x10, "meta_bg"),
  EXTENTS(Kind.NEEDED, 0x40, "extent"),
  SIXTY_FOUR_BIT(Kind.NEEDED, 0x80, "64bit"),
  MMP(Kind.NEEDED, 0x100, "mmp"),
  FLEX_BG(Kind.NEEDED, 0x200, "flex_bg"),
  EA_INODE(Kind.NEEDED, 0x400, "ea_inode"),
  DIRDATA(Kind.REFUSED, 0x1000, "dirdata"),
  METADATA_CSUM_SEED(Kind.NEEDED, 0x2000, "metadata_csum_seed"),
  LARGE_DIR(Kind.NEEDED, 0x4000, "large_dir"),
  INLINE_DATA(Kind.NEEDED, 0x8000, "inline_data"),
  ENCRYPT(Kind.REFUSED, 0x10000, "encrypt"),
  CASEFOLD(Kind.REFUSED, 0x20000, "casefold"),

  SPARSE_SUPER(Kind.READABLE, 0x1, "sparse_super"),
  LARGE_FILE(Kind.READABLE, 0x2, "large_file"),
  BTREE_DIR(Kind.READABLE, 0x4, "btree_dir"),
  HUGE_FILE(Kind.READABLE, 0x8, "huge_file"),
  GDT_CSUM(Kind.READABLE, 0x10, "uninit_bg"),
  DIR_NLINK(Kind.READABLE, 0x20, "dir_nlink"),
  EXTRA_ISIZE(Kind.READABLE, 0x40, "extra_isize"),
  SNAPSHOT(Kind.READABLE, 0x80, "snapshot"),
  QUOTA(Kind.READABLE, 0x100, "quota"),
  BIGALLOC(Kind.READABLE, 0x200, "bigalloc"),
  METADATA_CSUM(Kind.READABLE, 0x400, "metadata_csum"),
  REPLICA(Kind.READABLE, 0x800, "replica"),
  READ_ONLY(Kind.READABLE, 0x1000, "read-only"),
  PROJECT(Kind.READABLE, 0x2000, "project"),
  SHARED_BLOCKS(Kind.READABLE, 0x4000, "shared_blocks"),
  VERITY(Kind.READABLE, 0x8000, "verity"),
  ORPHAN_PRESENT(Kind.READABLE, 0x10000, "orphan_present");

  /** Who may ignore a feature. */
  public enum Kind {
    /** Whoever does not know it may read and write the volume. */
    COMPATIBLE,
    /** Must be known to read the volume, and is. */
    NEEDED,
    /** Must be known to read the volume, and is not. */
    REFUSED,
    /** Whoever does not know it may read the volume. */
    READABLE
  }

  private final Kind kind;
  private final int bit;
  private final String label;

  Feature(Kind kind, int bit, String label) {
    this.kind = kind;
    this.bit = bit;
    this.label = label;
  }

  /** Who may ignore it. */
  public Kind kind() {
    return kind;
  }

  /** Its bit in the word of its kind. */
  public int bit() {
    return bit;
  }

  /** Its name for {@code mke2fs -O}. */
  public String label() {
    return label;
  }
}
