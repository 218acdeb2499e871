package io.penstock.linux.abi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Files by name: open(2), rename(2), link(2), unlink(2). Each call copies its names to native
 * memory for the time of the call; names are relative to the working directory.
 */
public final class NameCalls {
  /** Fail with {@code EEXIST} rather than replace a file. */
  public static final int RENAME_NOREPLACE = 1;

  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_FOLLOW = 0x400;

  private static final SharedCall OPENAT = SharedCall.returningInt("openat");
  private static final SharedCall RENAMEAT2 =
      SharedCall.orSyscall("renameat2", Abi.NATIVE.callRenameat2());
  private static final SharedCall LINKAT = SharedCall.returningInt("linkat");
  private static final SharedCall UNLINKAT = SharedCall.returningInt("unlinkat");

  private NameCalls() {}

  /**
   * Opens a file. {@code O_CLOEXEC} is always added: no descriptor leaks into a child process.
   *
   * <p>A file system that refuses {@code O_DIRECT} does so after {@code O_CREAT} has made the file:
   * {@code -EINVAL} may leave an empty file behind.
   *
   * @param flags of {@link OpenFlags}
   * @param mode permission bits of a file that is created, less the umask
   * @return a descriptor that the caller closes, or {@code -errno}
   */
  public static long open(Path path, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      return openat(PathName.toNative(arena, path), flags | OpenFlags.O_CLOEXEC, mode);
    }
  }

  /**
   * Opens the file of a descriptor anew, with other flags; works for files without a name too.
   *
   * @return a descriptor of its own that the caller closes, or {@code -errno}; {@code -ENOENT}
   *     where {@code /proc} is not mounted
   */
  public static long reopen(int fd, int flags) {
    return open(ofDescriptor(fd), flags, 0);
  }

  /**
   * Renames a file, atomically.
   *
   * @param flags 0 or {@link #RENAME_NOREPLACE}
   * @return 0 or {@code -errno}
   */
  public static long rename(Path from, Path to, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return renameat2(PathName.toNative(arena, from), PathName.toNative(arena, to), flags);
    }
  }

  /** Gives a file one more name; 0, or {@code -EEXIST} and others. */
  public static long link(Path existing, Path name) {
    return linkat(existing, name, 0);
  }

  /**
   * Gives a name to a file opened with {@code O_TMPFILE}, whole at once.
   *
   * @return 0 or {@code -errno}; {@code -ENOENT} if {@code O_EXCL} forbade it
   */
  public static long linkTemporary(int fd, Path name) {
    return linkat(ofDescriptor(fd), name, AT_SYMLINK_FOLLOW);
  }

  /** Removes a name of a file; 0 or {@code -errno}. */
  public static long unlink(Path path) {
    try (Arena arena = Arena.ofConfined()) {
      return unlinkat(PathName.toNative(arena, path));
    }
  }

  private static Path ofDescriptor(int fd) {
    return Path.of("/proc/self/fd/" + fd);
  }

  private static long linkat(Path existing, Path name, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return linkat(PathName.toNative(arena, existing), PathName.toNative(arena, name), flags);
    }
  }

  private static long openat(MemorySegment name, int flags, int mode) {
    return OPENAT.call(AT_FDCWD, SharedCall.address(name), flags, mode);
  }

  private static long renameat2(MemorySegment from, MemorySegment to, int flags) {
    return RENAMEAT2.call(
        AT_FDCWD, SharedCall.address(from), AT_FDCWD, SharedCall.address(to), flags);
  }

  private static long linkat(MemorySegment existing, MemorySegment name, int flags) {
    return LINKAT.call(
        AT_FDCWD, SharedCall.address(existing), AT_FDCWD, SharedCall.address(name), flags);
  }

  private static long unlinkat(MemorySegment name) {
    return UNLINKAT.call(AT_FDCWD, SharedCall.address(name), 0);
  }
}
