package io.penstock.linux.abi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Native memory in which a downcall leaves {@code errno}, for one call at a time.
 *
 * <p>Pooled captures come from {@link ErrnoCapturePool} and are released after the call. A thread
 * that makes all the calls of a device may {@linkplain #unpooled allocate} its own instead, and
 * pass it to the variants of calls that take one.
 *
 * <p>Field map, as {@code Linker.Option.captureStateLayout()} lays it out on Linux:
 *
 * <pre>
 * offset  size  name
 *      0     4  errno
 *      4    60  padding to a cache line: neighbours in the pool do not share one
 * </pre>
 */
public final class ErrnoCapture {
  /** Bytes of one capture, and their alignment. */
  public static final int SIZE_BYTES = 64;

  private static final VarHandle CLAIMED;

  static {
    try {
      CLAIMED = MethodHandles.lookup().findVarHandle(ErrnoCapture.class, "claimed", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final MemorySegment segment;

  @SuppressWarnings("UnusedVariable") // through CLAIMED
  private volatile boolean claimed;

  public ErrnoCapture(MemorySegment segment) {
    assert segment.isNative() && segment.byteSize() == SIZE_BYTES;
    this.segment = segment;
  }

  /** A capture of the caller's own; it lives as long as the allocator's memory. */
  public static ErrnoCapture unpooled(SegmentAllocator allocator) {
    return new ErrnoCapture(allocator.allocate(SIZE_BYTES, SIZE_BYTES));
  }

  MemorySegment segment() {
    return segment;
  }

  /** The kernel's way of a result: as it is, or {@code -errno} for -1. */
  long result(long returned) {
    return returned == -1 ? -segment.get(ValueLayout.JAVA_INT, 0) : returned;
  }

  /** Leaves an error number as a failed call does. */
  static void fail(MemorySegment capture, int errno) {
    capture.set(ValueLayout.JAVA_INT, 0, errno);
  }

  boolean tryClaim() {
    return !(boolean) CLAIMED.getOpaque(this) && CLAIMED.compareAndSet(this, false, true);
  }

  void release() {
    assert claimed : "released twice, or never claimed";
    CLAIMED.setRelease(this, false);
  }
}
