package io.penstock.linux.abi;

import static io.penstock.linux.abi.NativeCall.INT;
import static io.penstock.linux.abi.NativeCall.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
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

  private static final MethodHandle OPENAT =
      NativeCall.variadic("openat", 3, INT, INT, POINTER, INT, INT);
  private static final MethodHandle RENAMEAT2 =
      NativeCall.orSyscall(
          "renameat2", Abi.NATIVE.callRenameat2(), INT, INT, POINTER, INT, POINTER, INT);
  private static final MethodHandle LINKAT =
      NativeCall.of("linkat", INT, INT, POINTER, INT, POINTER, INT);
  private static final MethodHandle UNLINKAT = NativeCall.of("unlinkat", INT, INT, POINTER, INT);

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
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      return capture.result(
          (long) OPENAT.invokeExact(capture.segment(), AT_FDCWD, name, flags, mode));
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    } finally {
      capture.release();
    }
  }

  private static long renameat2(MemorySegment from, MemorySegment to, int flags) {
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      return capture.result(
          (long) RENAMEAT2.invokeExact(capture.segment(), AT_FDCWD, from, AT_FDCWD, to, flags));
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    } finally {
      capture.release();
    }
  }

  private static long linkat(MemorySegment existing, MemorySegment name, int flags) {
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      return capture.result(
          (long) LINKAT.invokeExact(capture.segment(), AT_FDCWD, existing, AT_FDCWD, name, flags));
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    } finally {
      capture.release();
    }
  }

  private static long unlinkat(MemorySegment name) {
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      return capture.result((long) UNLINKAT.invokeExact(capture.segment(), AT_FDCWD, name, 0));
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    } finally {
      capture.release();
    }
  }
}
