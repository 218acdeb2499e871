package io.penstock.linux.abi;

import static io.penstock.linux.abi.NativeCall.INT;
import static io.penstock.linux.abi.NativeCall.LONG;
import static io.penstock.linux.abi.NativeCall.POINTER;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * Reads and writes: pread(2), pwrite(2), preadv2(2), pwritev2(2). No call allocates.
 *
 * <p>Memory is given as a segment, whose arena then cannot be closed during the call, or as an
 * address, for memory that the caller holds by other means (MEM-4). After a failure the contents of
 * a read's memory are unspecified.
 */
public final class TransferCalls {
  /**
   * The kernel's cap on one transfer ({@code MAX_RW_COUNT}), for 4 KiB pages: 2 GiB less a page.
   */
  public static final int MAX_TRANSFER_BYTES = 0x7ffff000;

  // Each pair has a shape of its own and is linked when it is first needed: see SharedCall.

  private static final class ByAddress {
    static final StandaloneCall PREAD =
        new StandaloneCall(NativeCall.of("pread", LONG, INT, LONG, LONG, LONG));
    static final StandaloneCall PWRITE =
        new StandaloneCall(NativeCall.of("pwrite", LONG, INT, LONG, LONG, LONG));
  }

  private static final class BySegment {
    static final StandaloneCall PREAD =
        new StandaloneCall(NativeCall.of("pread", LONG, INT, POINTER, LONG, LONG));
    static final StandaloneCall PWRITE =
        new StandaloneCall(NativeCall.of("pwrite", LONG, INT, POINTER, LONG, LONG));
  }

  private static final class ByVector {
    static final StandaloneCall PREADV2 =
        new StandaloneCall(vectored("preadv2", Abi.NATIVE.callPreadv2()));
    static final StandaloneCall PWRITEV2 =
        new StandaloneCall(vectored("pwritev2", Abi.NATIVE.callPwritev2()));
  }

  private TransferCalls() {}

  /**
   * Reads, at a position.
   *
   * @param address of native memory, a number: nothing holds that memory, the caller must
   * @param lengthBytes at most {@link #MAX_TRANSFER_BYTES} are transferred
   * @return bytes transferred, maybe fewer than asked; 0 at end of file; or {@code -errno}
   */
  public static long pread(int fd, long address, long lengthBytes, long position) {
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      return pread(capture, fd, address, lengthBytes, position);
    } finally {
      capture.release();
    }
  }

  /** {@link #pread(int, long, long, long)} with the caller's own capture. */
  public static long pread(
      ErrnoCapture capture, int fd, long address, long lengthBytes, long position) {
    try {
      return capture.result(
          (long)
              ByAddress.PREAD.handle.invokeExact(
                  capture.segment(), fd, address, lengthBytes, position));
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    }
  }

  /**
   * Reads, at a position; the call holds the segment's arena open.
   *
   * @param segment native and writable, accessible to this thread; the whole of it is meant
   * @return bytes transferred, maybe fewer than asked; 0 at end of file; or {@code -errno}
   * @throws IllegalArgumentException if the segment is of the heap or read-only
   * @throws IllegalStateException if the segment's arena is closed
   * @throws WrongThreadException if the segment is confined to another thread
   */
  public static long pread(int fd, MemorySegment segment, long position) {
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      return pread(capture, fd, segment, position);
    } finally {
      capture.release();
    }
  }

  /** {@link #pread(int, MemorySegment, long)} with the caller's own capture. */
  public static long pread(ErrnoCapture capture, int fd, MemorySegment segment, long position) {
    requireWritable(segment);
    try {
      return capture.result(
          (long)
              BySegment.PREAD.handle.invokeExact(
                  capture.segment(), fd, segment, segment.byteSize(), position));
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    }
  }

  /**
   * Writes, at a position.
   *
   * @param address of native memory, a number: nothing holds that memory, the caller must
   * @param lengthBytes at most {@link #MAX_TRANSFER_BYTES} are transferred
   * @return bytes transferred, maybe fewer than asked; or {@code -errno}
   */
  public static long pwrite(int fd, long address, long lengthBytes, long position) {
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      return pwrite(capture, fd, address, lengthBytes, position);
    } finally {
      capture.release();
    }
  }

  /** {@link #pwrite(int, long, long, long)} with the caller's own capture. */
  public static long pwrite(
      ErrnoCapture capture, int fd, long address, long lengthBytes, long position) {
    try {
      return capture.result(
          (long)
              ByAddress.PWRITE.handle.invokeExact(
                  capture.segment(), fd, address, lengthBytes, position));
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    }
  }

  /**
   * Writes, at a position; the call holds the segment's arena open.
   *
   * @param segment native, accessible to this thread; the whole of it is meant
   * @return bytes transferred, maybe fewer than asked; or {@code -errno}
   * @throws IllegalArgumentException if the segment is of the heap
   * @throws IllegalStateException if the segment's arena is closed
   * @throws WrongThreadException if the segment is confined to another thread
   */
  public static long pwrite(int fd, MemorySegment segment, long position) {
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      return pwrite(capture, fd, segment, position);
    } finally {
      capture.release();
    }
  }

  /** {@link #pwrite(int, MemorySegment, long)} with the caller's own capture. */
  public static long pwrite(ErrnoCapture capture, int fd, MemorySegment segment, long position) {
    try {
      return capture.result(
          (long)
              BySegment.PWRITE.handle.invokeExact(
                  capture.segment(), fd, segment, segment.byteSize(), position));
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    }
  }

  /**
   * Reads into several pieces of memory, at a position, with flags for this one call.
   *
   * <p>The vector's own memory is held open by the call; the memory its entries point to is not,
   * the caller must hold it.
   *
   * @param position bytes, not negative: the kernel's -1 (the file's own position) is refused
   * @param flags {@code RWF_…} bits of {@link TransferFlags}
   * @return bytes transferred, maybe fewer than asked; or {@code -errno}, {@code -EOPNOTSUPP} for a
   *     flag that this kernel or file does not know
   */
  public static long preadv2(int fd, IoVec vector, long position, int flags) {
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      return preadv2(capture, fd, vector, position, flags);
    } finally {
      capture.release();
    }
  }

  /** {@link #preadv2(int, IoVec, long, int)} with the caller's own capture. */
  public static long preadv2(ErrnoCapture capture, int fd, IoVec vector, long position, int flags) {
    if (position < 0) {
      return -Errno.EINVAL;
    }
    try {
      return capture.result(
          (long)
              ByVector.PREADV2.handle.invokeExact(
                  capture.segment(), fd, vector.pending(), vector.count(), position, flags));
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    }
  }

  /**
   * Writes from several pieces of memory, at a position, with flags for this one call.
   *
   * <p>The vector's own memory is held open by the call; the memory its entries point to is not,
   * the caller must hold it.
   *
   * @param position bytes, not negative: the kernel's -1 (the file's own position) is refused
   * @param flags {@code RWF_…} bits of {@link TransferFlags}
   * @return bytes transferred, maybe fewer than asked; or {@code -errno}, {@code -EOPNOTSUPP} for a
   *     flag that this kernel or file does not know
   */
  public static long pwritev2(int fd, IoVec vector, long position, int flags) {
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      return pwritev2(capture, fd, vector, position, flags);
    } finally {
      capture.release();
    }
  }

  /** {@link #pwritev2(int, IoVec, long, int)} with the caller's own capture. */
  public static long pwritev2(
      ErrnoCapture capture, int fd, IoVec vector, long position, int flags) {
    if (position < 0) {
      return -Errno.EINVAL;
    }
    try {
      return capture.result(
          (long)
              ByVector.PWRITEV2.handle.invokeExact(
                  capture.segment(), fd, vector.pending(), vector.count(), position, flags));
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    }
  }

  private static MethodHandle vectored(String name, long number) {
    return NativeCall.orElse(
        name, () -> vectoredSyscall(number), LONG, INT, POINTER, INT, LONG, INT);
  }

  /**
   * For a C library without the function, which takes the position as one {@code off_t}: the system
   * call takes it in two halves, of which a 64-bit kernel looks at the first only.
   */
  static MethodHandle vectoredSyscall(long number) {
    MethodHandle call = NativeCall.syscall(number, INT, POINTER, INT, LONG, LONG, INT);
    return MethodHandles.insertArguments(call, 5, 0L);
  }

  /**
   * The kernel would write through a read-only view: FFM does not look at what a pointer is for.
   */
  private static void requireWritable(MemorySegment segment) {
    if (segment.isReadOnly()) {
      throw new IllegalArgumentException("cannot read into a read-only segment: " + segment);
    }
  }
}
