package io.penstock.linux.abi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * The file system that holds a file: statfs(2) and fstatfs(2).
 *
 * <p>Field map of {@code struct statfs} (120 bytes) on 64-bit Linux, from {@code
 * asm-generic/statfs.h}:
 *
 * <pre>
 * offset  size  name
 *      0     8  f_type      magic number
 *      8     8  f_bsize     preferred block, bytes
 *     16     8  f_blocks    blocks of f_frsize
 *     24     8  f_bfree     free blocks
 *     32     8  f_bavail    free blocks for everyone
 *     40     8  f_files     inodes
 *     48     8  f_ffree     free inodes
 *     56     8  f_fsid
 *     64     8  f_namelen
 *     72     8  f_frsize    fragment, bytes
 *     80     8  f_flags
 *     88    32  f_spare
 * </pre>
 *
 * @param type its magic number, see {@link FileSystemType}
 * @param blockSize preferred block, bytes
 * @param fragmentSize unit of the counts, bytes
 * @param blocks fragments in all
 * @param availableBlocks fragments free for everyone
 */
public record StatFs(
    long type, long blockSize, long fragmentSize, long blocks, long availableBlocks) {
  /** The name of a file system that cannot be asked. */
  public static final String UNKNOWN = "unknown";

  private static final long SIZE_BYTES = 120;

  private static final SharedCall FSTATFS = SharedCall.returningInt("fstatfs");
  private static final SharedCall STATFS = SharedCall.returningInt("statfs");

  /**
   * The file system of an open file.
   *
   * @param subject path of the file, for messages
   * @throws IOException if the kernel does not say
   */
  public static StatFs of(int fd, String subject) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stat = allocate(arena);
      NativeFailure.check("fstatfs", subject, fstatfs(fd, stat));
      return decode(stat);
    }
  }

  /** Memory for {@link #fstatfs}. */
  public static MemorySegment allocate(Arena arena) {
    return arena.allocate(SIZE_BYTES, Long.BYTES);
  }

  /** Takes apart what {@link #fstatfs} or {@link #statfs} filled in. */
  public static StatFs decode(MemorySegment stat) {
    return new StatFs(
        stat.get(ValueLayout.JAVA_LONG, 0),
        stat.get(ValueLayout.JAVA_LONG, 8),
        stat.get(ValueLayout.JAVA_LONG, 72),
        stat.get(ValueLayout.JAVA_LONG, 16),
        stat.get(ValueLayout.JAVA_LONG, 32));
  }

  /** {@link FileSystemType#writesInPlace}. */
  public boolean writesInPlace() {
    return FileSystemType.writesInPlace(type);
  }

  /** The name of the file system's type, such as {@code xfs}. */
  public String typeName() {
    return FileSystemType.nameOf(type);
  }

  /**
   * What the file system of a path is called, for messages.
   *
   * @return a name of {@link FileSystemType}, or {@link #UNKNOWN} if the path cannot be reached
   */
  public static String typeNameAt(Path path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stat = allocate(arena);
      return statfs(PathName.toNative(arena, path), stat) < 0 ? UNKNOWN : decode(stat).typeName();
    }
  }

  /** Fills in what is known of the file system of an open file; 0 or {@code -errno}. */
  public static long fstatfs(int fd, MemorySegment into) {
    return FSTATFS.call(fd, SharedCall.address(into));
  }

  private static long statfs(MemorySegment name, MemorySegment into) {
    return STATFS.call(SharedCall.address(name), SharedCall.address(into));
  }
}
