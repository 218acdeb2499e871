package io.penstock.linux.abi;

import static io.penstock.linux.abi.NativeCall.INT;
import static io.penstock.linux.abi.NativeCall.LONG;
import static io.penstock.linux.abi.NativeCall.POINTER;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** ioctl(2) with a pointer. */
final class IoctlCall {
  private static final MethodHandle IOCTL =
      NativeCall.variadic("ioctl", 2, INT, INT, LONG, POINTER);

  private IoctlCall() {}

  /**
   * Sends a request to what a descriptor stands for.
   *
   * @param argument held open during the call
   * @return 0 or more, or {@code -errno}
   */
  static long ioctl(int fd, long request, MemorySegment argument) {
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      return capture.result((long) IOCTL.invokeExact(capture.segment(), fd, request, argument));
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    } finally {
      capture.release();
    }
  }
}
