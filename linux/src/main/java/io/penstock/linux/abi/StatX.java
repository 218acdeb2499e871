package io.penstock.linux.abi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What statx(2) says of an open file.
 *
 * <p>Field map of {@code struct statx} (256 bytes), from {@code linux/stat.h}:
 *
 * <pre>
 * offset  size  name                            filled if mask has
 *      0     4  stx_mask
 *      4     4  stx_blksize
 *      8     8  stx_attributes
 *     16     4  stx_nlink
 *     20     4  stx_uid
 *     24     4  stx_gid
 *     28     2  stx_mode
 *     32     8  stx_ino
 *     40     8  stx_size
 *     48     8  stx_blocks                      (of 512 bytes)
 *     56     8  stx_attributes_mask
 *     64    64  stx_atime, btime, ctime, mtime  (16 bytes each)
 *    128     4  stx_rdev_major
 *    132     4  stx_rdev_minor
 *    136     4  stx_dev_major
 *    140     4  stx_dev_minor
 *    144     8  stx_mnt_id                      0x01000 STATX_MNT_ID          5.8
 *    152     4  stx_dio_mem_align               0x02000 STATX_DIOALIGN        6.1
 *    156     4  stx_dio_offset_align            0x02000 STATX_DIOALIGN        6.1
 *    160     8  stx_subvol                      0x08000 STATX_SUBVOL          6.10
 *    168     4  stx_atomic_write_unit_min       0x10000 STATX_WRITE_ATOMIC    6.11
 *    172     4  stx_atomic_write_unit_max       0x10000 STATX_WRITE_ATOMIC    6.11
 *    176     4  stx_atomic_write_segments_max   0x10000 STATX_WRITE_ATOMIC    6.11
 *    180     4  stx_dio_read_offset_align       0x20000 STATX_DIO_READ_ALIGN  6.14
 *    184     4  stx_atomic_write_unit_max_opt   0x10000 STATX_WRITE_ATOMIC    6.16
 *    188    68  spare
 * </pre>
 *
 * @param mask which optional fields the kernel filled in
 * @param mode kind of file and permission bits
 * @param size bytes; 0 for a block device
 * @param blockSize preferred size of a transfer, bytes
 * @param blocks allocated, of 512 bytes each
 * @param inode number of the inode
 * @param device the device that holds the file
 * @param specialDevice the device that a device file stands for
 * @param mountId identity of the mount, if {@link #hasMountId()}
 * @param directMemoryAlignment bytes; if {@link #hasDirectAlignment()}; 0: no direct I/O
 * @param directOffsetAlignment bytes; if {@link #hasDirectAlignment()}; 0: no direct I/O
 * @param directReadOffsetAlignment bytes; if {@link #hasDirectReadAlignment()}; 0: as for writes
 * @param atomicWriteUnitMin bytes; if {@link #hasAtomicWrite()}; 0: no atomic writes
 * @param atomicWriteUnitMax bytes; if {@link #hasAtomicWrite()}
 * @param atomicWriteUnitMaxOptimal bytes up to which the hardware does it; 0: up to the maximum
 * @param atomicWriteSegmentsMax entries of the vector of an atomic write
 */
public record StatX(
    int mask,
    int mode,
    long size,
    int blockSize,
    long blocks,
    long inode,
    DeviceNumber device,
    DeviceNumber specialDevice,
    long mountId,
    int directMemoryAlignment,
    int directOffsetAlignment,
    int directReadOffsetAlignment,
    int atomicWriteUnitMin,
    int atomicWriteUnitMax,
    int atomicWriteUnitMaxOptimal,
    int atomicWriteSegmentsMax) {

  public static final int STATX_BASIC_STATS = 0x7ff;
  public static final int STATX_MNT_ID = 0x1000;
  public static final int STATX_DIOALIGN = 0x2000;
  public static final int STATX_WRITE_ATOMIC = 0x10000;
  public static final int STATX_DIO_READ_ALIGN = 0x20000;

  private static final int WANTED =
      STATX_BASIC_STATS | STATX_MNT_ID | STATX_DIOALIGN | STATX_WRITE_ATOMIC | STATX_DIO_READ_ALIGN;

  private static final int S_IFMT = 0xf000;
  private static final int S_IFREG = 0x8000;
  private static final int S_IFBLK = 0x6000;
  private static final int S_IFDIR = 0x4000;
  private static final int S_IFCHR = 0x2000;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final long SIZE_BYTES = 256;

  private static final SharedCall STATX = SharedCall.orSyscall("statx", Abi.NATIVE.callStatx());

  /**
   * What the kernel knows of an open file.
   *
   * @param subject path of the file, for messages
   * @throws IOException if the kernel does not say
   */
  public static StatX of(int fd, String subject) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stat = allocate(arena);
      NativeFailure.check("statx", subject, statx(fd, stat));
      return decode(stat);
    }
  }

  /** Memory for {@link #statx}. */
  public static MemorySegment allocate(Arena arena) {
    return arena.allocate(SIZE_BYTES, Long.BYTES);
  }

  /**
   * Fills in what the kernel knows of an open file.
   *
   * @param into of {@link #allocate}, all zeros
   * @return 0 or {@code -errno}
   */
  public static long statx(int fd, MemorySegment into) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment noName = arena.allocateFrom("");
      return STATX.call(
          fd, SharedCall.address(noName), AT_EMPTY_PATH, WANTED, SharedCall.address(into));
    }
  }

  /** Takes apart what {@link #statx} filled in. */
  public static StatX decode(MemorySegment stat) {
    return new StatX(
        intAt(stat, 0),
        stat.get(ValueLayout.JAVA_SHORT, 28) & 0xffff,
        longAt(stat, 40),
        intAt(stat, 4),
        longAt(stat, 48),
        longAt(stat, 32),
        new DeviceNumber(intAt(stat, 136), intAt(stat, 140)),
        new DeviceNumber(intAt(stat, 128), intAt(stat, 132)),
        longAt(stat, 144),
        intAt(stat, 152),
        intAt(stat, 156),
        intAt(stat, 180),
        intAt(stat, 168),
        intAt(stat, 172),
        intAt(stat, 184),
        intAt(stat, 176));
  }

  public boolean hasMountId() {
    return (mask & STATX_MNT_ID) != 0;
  }

  public boolean hasDirectAlignment() {
    return (mask & STATX_DIOALIGN) != 0;
  }

  public boolean hasDirectReadAlignment() {
    return (mask & STATX_DIO_READ_ALIGN) != 0;
  }

  public boolean hasAtomicWrite() {
    return (mask & STATX_WRITE_ATOMIC) != 0;
  }

  public boolean isRegularFile() {
    return (mode & S_IFMT) == S_IFREG;
  }

  public boolean isBlockDevice() {
    return (mode & S_IFMT) == S_IFBLK;
  }

  public boolean isCharacterDevice() {
    return (mode & S_IFMT) == S_IFCHR;
  }

  public boolean isDirectory() {
    return (mode & S_IFMT) == S_IFDIR;
  }

  private static int intAt(MemorySegment stat, long offset) {
    return stat.get(ValueLayout.JAVA_INT, offset);
  }

  private static long longAt(MemorySegment stat, long offset) {
    return stat.get(ValueLayout.JAVA_LONG, offset);
  }
}
