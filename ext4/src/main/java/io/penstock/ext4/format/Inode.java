package io.penstock.ext4.format;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An inode. Source: "Index Nodes" of the format's documentation; little-endian:
 *
 * <pre>
 *   0x00  2  i_mode               0x70  4  i_obso_faddr
 *   0x02  2  i_uid                0x74  2  l_i_blocks_high
 *   0x04  4  i_size_lo            0x76  2  l_i_file_acl_high
 *   0x08  4  i_atime              0x78  2  l_i_uid_high
 *   0x0C  4  i_ctime              0x7A  2  l_i_gid_high
 *   0x10  4  i_mtime              0x7C  2  l_i_checksum_lo
 *   0x14  4  i_dtime              beyond 128 bytes, as far as i_extra_isize says:
 *   0x18  2  i_gid                0x80  2  i_extra_isize
 *   0x1A  2  i_links_count        0x82  2  i_checksum_hi
 *   0x1C  4  i_blocks_lo          0x84  4  i_ctime_extra
 *   0x20  4  i_flags              0x88  4  i_mtime_extra
 *   0x24  4  l_i_version          0x8C  4  i_atime_extra
 *   0x28 60  i_block              0x90  4  i_crtime
 *   0x64  4  i_generation         0x94  4  i_crtime_extra
 *   0x68  4  i_file_acl_lo        0x98  4  i_version_hi
 *   0x6C  4  i_size_high          0x9C  4  i_projid
 * </pre>
 *
 * <p>Immutable.
 */
public final class Inode {
  /** Bytes of {@code i_block}. */
  public static final int BLOCK_AREA = 60;

  /** The root directory. */
  public static final long ROOT = 2;

  private static final int SHORT = 128;
  private static final int BLOCK_AREA_OFFSET = 0x28;
  private static final int CHECKSUM_LOW = 0x7C;
  private static final int CHECKSUM_HIGH = 0x82;
  private static final int LINUX = 0;

  private final long number;
  private final DiskBytes bytes;
  private final Geometry geometry;
  private final Place place;
  private final int extra;

  private Inode(long number, DiskBytes bytes, Geometry geometry, Place place) {
    this.number = number;
    this.bytes = bytes;
    this.geometry = geometry;
    this.place = place;
    extra = bytes.length() > SHORT ? bytes.u16(0x80) : 0;
  }

  /**
   * An inode.
   *
   * @param bytes as long as inodes of the volume are
   * @param place the block it is in
   * @throws DamagedVolumeException when its checksum is wrong, or what it says of itself cannot be
   */
  public static Inode parse(
      long number, DiskBytes bytes, Geometry geometry, Checksums checksums, Place place)
      throws DamagedVolumeException {
    Inode inode = new Inode(number, bytes, geometry, place);
    if (inode.extra > bytes.length() - SHORT || (inode.extra & 3) != 0) {
      throw place.damaged("i_extra_isize " + inode.extra + " does not fit " + bytes.length());
    }
    if (checksums.areKept()) {
      inode.check(checksums);
    }
    if (inode.size() < 0) {
      throw place.damaged("its size is negative: " + inode.size());
    }
    return inode;
  }

  private void check(Checksums checksums) throws DamagedVolumeException {
    int crc = checksums.seedOf(number, generation());
    crc = bytes.crc32c(crc, 0, CHECKSUM_LOW);
    crc = Crc32c.update(crc, new byte[2]);
    crc = bytes.crc32c(crc, CHECKSUM_LOW + 2, SHORT - CHECKSUM_LOW - 2);
    long stored = bytes.u16(CHECKSUM_LOW);
    boolean whole = reaches(CHECKSUM_HIGH, 2);
    if (bytes.length() > SHORT) {
      crc = bytes.crc32c(crc, SHORT, CHECKSUM_HIGH - SHORT);
      if (whole) {
        crc = Crc32c.update(crc, new byte[2]);
        stored |= (long) bytes.u16(CHECKSUM_HIGH) << 16;
      } else {
        crc = bytes.crc32c(crc, CHECKSUM_HIGH, 2);
      }
      crc = bytes.crc32c(crc, CHECKSUM_HIGH + 2, bytes.length() - CHECKSUM_HIGH - 2);
    }
    Checksums.compare(stored, whole ? crc : crc & 0xFFFF, place);
  }

  /** Whether the inode is long enough to have this field. */
  private boolean reaches(int offset, int size) {
    return offset + size <= SHORT + extra;
  }

  private boolean isLinux() {
    return geometry.superblock().creator() == LINUX;
  }

  /** Its number. */
  public long number() {
    return number;
  }

  /** Where it is, for messages. */
  public Place place() {
    return place;
  }

  // --- what it is ---

  /** Kind and permissions, as in stat(2). */
  public int mode() {
    return bytes.u16(0);
  }

  /** What it is. */
  public FileKind kind() {
    return FileKind.ofMode(mode());
  }

  /** All flags. */
  public int flags() {
    return bytes.s32(0x20);
  }

  /** Whether it has a flag. */
  public boolean has(InodeFlag flag) {
    return (flags() & flag.bit()) != 0;
  }

  /** Names that lead to it; 1 for a directory with too many directories to count. */
  public int links() {
    return bytes.u16(0x1A);
  }

  /** Whether it was never used or has been deleted. */
  public boolean isFree() {
    return links() == 0 && (mode() == 0 || deletionTime() != 0);
  }

  /** Distinguishes the uses of one number. */
  public long generation() {
    return bytes.u32(0x64);
  }

  // --- whose it is ---

  /** Owner. */
  public long uid() {
    return bytes.u16(0x02) | (isLinux() ? (long) bytes.u16(0x78) << 16 : 0);
  }

  /** Group. */
  public long gid() {
    return bytes.u16(0x18) | (isLinux() ? (long) bytes.u16(0x7A) << 16 : 0);
  }

  /** Project; 0 for none. */
  public long project() {
    return reaches(0x9C, 4) ? bytes.u32(0x9C) : 0;
  }

  // --- how large it is ---

  /** Bytes. */
  public long size() {
    FileKind kind = kind();
    boolean wide =
        kind == FileKind.REGULAR
            || kind == FileKind.DIRECTORY && geometry.superblock().has(Feature.LARGE_DIR);
    return bytes.u32(0x04) | (wide ? bytes.u32(0x6C) << 32 : 0);
  }

  /** What it takes on the disk, its metadata included, in units of 512 bytes. */
  public long sectors() {
    long low = bytes.u32(0x1C);
    if (!geometry.superblock().has(Feature.HUGE_FILE)) {
      return low;
    }
    long blocks = low | (isLinux() ? (long) bytes.u16(0x74) << 32 : 0);
    return has(InodeFlag.HUGE_FILE) ? blocks << (geometry.blockShift() - 9) : blocks;
  }

  // --- when ---

  /** Last read. */
  public Instant accessTime() {
    return time(0x08, 0x8C);
  }

  /** Last change of the inode. */
  public Instant changeTime() {
    return time(0x0C, 0x84);
  }

  /** Last write. */
  public Instant modificationTime() {
    return time(0x10, 0x88);
  }

  /** Creation; null where the inode is too short to know. */
  public @Nullable Instant creationTime() {
    return reaches(0x90, 4) ? time(0x90, 0x94) : null;
  }

  /** Deletion, seconds; the next inode in the list of orphans, while in it; 0 for neither. */
  public long deletionTime() {
    return bytes.u32(0x14);
  }

  /**
   * Signed seconds; of the extra word two bits more for the epoch and 30 bits of nanoseconds.
   * Example: seconds 0x80000000 with epoch bits 01 are 2^31 seconds after 1970, in 2038.
   */
  private Instant time(int seconds, int extraWord) {
    long epoch = bytes.s32(seconds);
    if (!reaches(extraWord, 4)) {
      return Instant.ofEpochSecond(epoch);
    }
    long word = bytes.u32(extraWord);
    return Instant.ofEpochSecond(epoch + ((word & 3) << 32), word >>> 2);
  }

  // --- where its contents are ---

  /** {@code i_block}: pointers, the root of an extent tree, a short target, or inline data. */
  public DiskBytes blockArea() {
    return bytes.slice(BLOCK_AREA_OFFSET, BLOCK_AREA);
  }

  /** The block with extended attributes; 0 for none. */
  public long attributeBlock() {
    return bytes.u32(0x68) | (isLinux() ? (long) bytes.u16(0x76) << 32 : 0);
  }

  /** What lies behind the fields of the inode: room for extended attributes. */
  public DiskBytes attributeArea() {
    int from = bytes.length() > SHORT && extra > 0 ? SHORT + extra : bytes.length();
    return bytes.slice(from, bytes.length() - from);
  }

  /** CRC-32C of the value, of an inode that holds the value of an extended attribute. */
  public long valueChecksum() {
    return bytes.u32(0x08);
  }

  /** Which device a device node stands for: major number in the upper, minor in the lower half. */
  public long device() {
    DiskBytes area = blockArea();
    long old = area.u32(0);
    if (old != 0) {
      return (old >>> 8 & 0xFF) << 32 | (old & 0xFF);
    }
    long word = area.u32(4);
    return (word >>> 8 & 0xFFF) << 32 | (word & 0xFF) | (word >>> 12 & 0xFFF00);
  }

  @Override
  public String toString() {
    return "inode " + number + " " + kind() + " size=" + size();
  }
}
