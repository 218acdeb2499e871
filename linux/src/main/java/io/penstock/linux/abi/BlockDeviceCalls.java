package io.penstock.linux.abi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Block devices: the {@code BLK…} requests of IoctlCall.ioctl(2), codes of {@code linux/fs.h}. Each
 * call takes a few bytes of native memory for its time. On another kind of file the answer is
 * {@code -ENOTTY} or {@code -EINVAL}.
 */
public final class BlockDeviceCalls {
  private static final long BLKROGET = 0x125e;
  private static final long BLKFLSBUF = 0x1261;
  private static final long BLKSSZGET = 0x1268;
  private static final long BLKGETSIZE64 = 0x80081272L;
  private static final long BLKDISCARD = 0x1277;
  private static final long BLKPBSZGET = 0x127b;
  private static final long BLKZEROOUT = 0x127f;

  private BlockDeviceCalls() {}

  /** Bytes of a logical block, the smallest transferable unit; or {@code -errno}. */
  public static long logicalBlockSize(int fd) {
    return intOf(fd, BLKSSZGET);
  }

  /** Bytes of a physical block, the smallest unit written without a read; or {@code -errno}. */
  public static long physicalBlockSize(int fd) {
    return intOf(fd, BLKPBSZGET);
  }

  /** Bytes of the device; or {@code -errno}. */
  public static long sizeBytes(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
      long result = IoctlCall.ioctl(fd, BLKGETSIZE64, size);
      return result < 0 ? result : size.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /** 1 if the device is read-only, 0 if not; or {@code -errno}. */
  public static long isReadOnly(int fd) {
    return intOf(fd, BLKROGET);
  }

  /**
   * Tells the device that a range is not needed; what it reads as afterwards is undefined.
   *
   * @param offset bytes, a multiple of 512
   * @param lengthBytes a multiple of 512
   * @return 0, {@code -EOPNOTSUPP} where the device cannot, or {@code -errno}
   */
  public static long discard(int fd, long offset, long lengthBytes) {
    return onRange(fd, BLKDISCARD, offset, lengthBytes);
  }

  /**
   * Makes a range read as zeros, by the device itself where it can.
   *
   * @param offset bytes, a multiple of the logical block
   * @param lengthBytes a multiple of the logical block
   * @return 0 or {@code -errno}
   */
  public static long zero(int fd, long offset, long lengthBytes) {
    return onRange(fd, BLKZEROOUT, offset, lengthBytes);
  }

  /**
   * Writes back and drops the cached pages of the device; needs CAP_SYS_ADMIN; 0 or {@code -errno}.
   */
  public static long flushBuffers(int fd) {
    return IoctlCall.ioctl(fd, BLKFLSBUF, MemorySegment.NULL);
  }

  private static long intOf(int fd, long request) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
      long result = IoctlCall.ioctl(fd, request, value);
      return result < 0 ? result : value.get(ValueLayout.JAVA_INT, 0);
    }
  }

  private static long onRange(int fd, long request, long offset, long lengthBytes) {
    try (Arena arena = Arena.ofConfined()) {
      return IoctlCall.ioctl(
          fd, request, arena.allocateFrom(ValueLayout.JAVA_LONG, offset, lengthBytes));
    }
  }
}
