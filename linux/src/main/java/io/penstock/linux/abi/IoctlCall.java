package io.penstock.linux.abi;

import java.lang.foreign.MemorySegment;

/** ioctl(2) with a pointer. */
final class IoctlCall {
  private static final SharedCall IOCTL = SharedCall.returningInt("ioctl");

  private IoctlCall() {}

  /**
   * Sends a request to what a descriptor stands for.
   *
   * @param argument native memory that the caller holds open during the call
   * @return 0 or more, or {@code -errno}
   */
  static long ioctl(int fd, long request, MemorySegment argument) {
    return IOCTL.call(fd, request, SharedCall.address(argument));
  }
}
