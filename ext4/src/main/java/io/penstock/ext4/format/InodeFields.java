package io.penstock.ext4.format;

import java.time.Instant;

/**
 * The fields of an inode, to be changed; what is where is told at {@link Inode}. A field that the
 * inode is too short for is left out without a word, as the kernel does: nanoseconds, the creation
 * time. Checksums are not set here but when the transaction seals the block ({@link Seals}).
 *
 * <p>Not thread-safe: belongs to the transaction that edits the block.
 */
public final class InodeFields {
  private static final int SHORT = 128;
  private static final int LINUX = 0;

  /** What fields beyond 128 bytes a new inode has: up to and with i_projid. */
  private static final int WANTED_EXTRA = 32;

  private final long number;
  private final BlockBytes bytes;
  private final Geometry geometry;

  /**
   * The fields.
   *
   * @param bytes as long as inodes of the volume are
   */
  public InodeFields(long number, BlockBytes bytes, Geometry geometry) {
    this.number = number;
    this.bytes = bytes;
    this.geometry = geometry;
  }

  /** Its number. */
  public long number() {
    return number;
  }

  /** All of its bytes. */
  public BlockBytes bytes() {
    return bytes;
  }

  private DiskBytes view() {
    return bytes.view();
  }

  private boolean reaches(int offset, int size) {
    return bytes.length() > SHORT && offset + size <= SHORT + view().u16(0x80);
  }

  private boolean isLinux() {
    return geometry.superblock().creator() == LINUX;
  }

  /** Makes it a new one, all zeros but for its generation and the length of its fields. */
  public InodeFields begin(long generation) {
    bytes.clear(0, bytes.length());
    if (bytes.length() > SHORT) {
      bytes.put16(0x80, Math.min(WANTED_EXTRA, bytes.length() - SHORT));
    }
    bytes.put32(0x64, generation);
    return this;
  }

  /** Kind and permissions, as in stat(2). */
  public InodeFields mode(int value) {
    bytes.put16(0, value);
    return this;
  }

  /** All flags. */
  public InodeFields flags(int value) {
    bytes.put32(0x20, value);
    return this;
  }

  /** Sets or clears a flag. */
  public InodeFields flag(InodeFlag flag, boolean value) {
    int flags = view().s32(0x20);
    return flags(value ? flags | flag.bit() : flags & ~flag.bit());
  }

  /** Whether it has a flag now. */
  public boolean has(InodeFlag flag) {
    return (view().s32(0x20) & flag.bit()) != 0;
  }

  /** Names that lead to it. */
  public InodeFields links(int value) {
    bytes.put16(0x1A, value);
    return this;
  }

  /** Names that lead to it now. */
  public int links() {
    return view().u16(0x1A);
  }

  /** Owner; its upper half is kept on volumes made by Linux only. */
  public InodeFields uid(long value) {
    bytes.put16(0x02, (int) value);
    if (isLinux()) {
      bytes.put16(0x78, (int) (value >>> 16));
    }
    return this;
  }

  /** Group; its upper half is kept on volumes made by Linux only. */
  public InodeFields gid(long value) {
    bytes.put16(0x18, (int) value);
    if (isLinux()) {
      bytes.put16(0x7A, (int) (value >>> 16));
    }
    return this;
  }

  /** Project. */
  public InodeFields project(long value) {
    if (reaches(0x9C, 4)) {
      bytes.put32(0x9C, value);
    }
    return this;
  }

  /** Length, bytes. */
  public InodeFields size(long value) {
    bytes.put32(0x04, value);
    FileKind kind = FileKind.ofMode(view().u16(0));
    if (kind == FileKind.REGULAR || kind == FileKind.DIRECTORY) {
      bytes.put32(0x6C, value >>> 32);
    }
    return this;
  }

  /** What it takes on the disk now, its metadata included, in units of 512 bytes. */
  public long sectors() {
    long low = view().u32(0x1C);
    if (!geometry.superblock().has(Feature.HUGE_FILE)) {
      return low;
    }
    long count = low | (isLinux() ? (long) view().u16(0x74) << 32 : 0);
    return has(InodeFlag.HUGE_FILE) ? count << geometry.blockShift() - 9 : count;
  }

  /**
   * What it takes on the disk. Beyond 48 bits it is counted in blocks, which a flag says.
   *
   * @param value a multiple of a block's, in units of 512 bytes
   */
  public InodeFields sectors(long value) {
    boolean huge = geometry.superblock().has(Feature.HUGE_FILE);
    boolean inBlocks = huge && value >= 1L << 48;
    long count = inBlocks ? value >> geometry.blockShift() - 9 : value;
    bytes.put32(0x1C, count);
    if (huge) {
      flag(InodeFlag.HUGE_FILE, inBlocks);
      if (isLinux()) {
        bytes.put16(0x74, (int) (count >>> 32));
      }
    }
    return this;
  }

  /** Adds blocks to what it takes on the disk; negative to take some away. */
  public InodeFields addBlocks(long blocks) {
    return sectors(sectors() + (blocks << geometry.blockShift() - 9));
  }

  /** Last read. */
  public InodeFields accessTime(Instant value) {
    return time(0x08, 0x8C, value);
  }

  /** Last change of the inode. */
  public InodeFields changeTime(Instant value) {
    return time(0x0C, 0x84, value);
  }

  /** Last write. */
  public InodeFields modificationTime(Instant value) {
    return time(0x10, 0x88, value);
  }

  /** Creation. */
  public InodeFields creationTime(Instant value) {
    return reaches(0x90, 4) ? time(0x90, 0x94, value) : this;
  }

  /** Deletion, seconds; the next inode in the list of orphans, while in it; 0 for neither. */
  public InodeFields deletionTime(long value) {
    bytes.put32(0x14, value);
    return this;
  }

  /** What {@link #deletionTime(long)} has set. */
  public long deletionTime() {
    return view().u32(0x14);
  }

  /** A time beyond what the field can hold becomes the nearest that it can. */
  private InodeFields time(int seconds, int extraWord, Instant value) {
    boolean wide = reaches(extraWord, 4);
    long last = wide ? Integer.MAX_VALUE + (3L << 32) : Integer.MAX_VALUE;
    long epoch = Math.clamp(value.getEpochSecond(), (long) Integer.MIN_VALUE, last);
    bytes.put32(seconds, epoch);
    if (wide) {
      int nanos = epoch == value.getEpochSecond() ? value.getNano() : 0;
      bytes.put32(extraWord, (long) nanos << 2 | (epoch - (int) epoch) >>> 32 & 3);
    }
    return this;
  }

  /** {@code i_block}: pointers, the root of an extent tree, a short target. */
  public BlockBytes blockArea() {
    return bytes.slice(0x28, Inode.BLOCK_AREA);
  }

  /** The block with extended attributes; 0 for none. */
  public InodeFields attributeBlock(long block) {
    bytes.put32(0x68, block);
    if (isLinux()) {
      bytes.put16(0x76, (int) (block >>> 32));
    }
    return this;
  }

  /** What lies behind the fields of the inode: room for extended attributes. */
  public BlockBytes attributeArea() {
    int extra = bytes.length() > SHORT ? view().u16(0x80) : 0;
    int from = extra > 0 ? SHORT + extra : bytes.length();
    return bytes.slice(from, bytes.length() - from);
  }

  /** Which device a device node stands for. */
  public InodeFields device(int major, int minor) {
    BlockBytes area = blockArea();
    if (major < 256 && minor < 256) {
      area.put32(0, (long) major << 8 | minor).put32(4, 0);
    } else {
      area.put32(0, 0).put32(4, minor & 0xFF | major << 8 | (minor & ~0xFF) << 12);
    }
    return this;
  }
}
