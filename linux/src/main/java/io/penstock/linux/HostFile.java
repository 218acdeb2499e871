package io.penstock.linux;

import io.penstock.core.device.FileIdentity;
import io.penstock.core.device.HostAlignment;
import io.penstock.linux.abi.BlockDeviceCalls;
import io.penstock.linux.abi.NativeFailure;
import io.penstock.linux.abi.StatX;
import java.io.IOException;
import java.util.Optional;

/**
 * A regular file or block device that was opened for a device of this package, and what was found
 * out about it. Lengths are bytes.
 *
 * @param name its path
 * @param descriptor open for reading, and for writing if that was asked for
 * @param isBlockDevice whether it is one; a regular file otherwise
 * @param isDirect whether it was opened with {@code O_DIRECT}
 * @param alignment of transfers
 * @param identity what the file is the same as, whatever its name
 * @param fixedLength of a block device; -1 for a regular file
 * @param queue of the disk behind it, if sysfs shows one
 */
record HostFile(
    String name,
    Descriptor descriptor,
    boolean isBlockDevice,
    boolean isDirect,
    HostAlignment alignment,
    Object identity,
    long fixedLength,
    Optional<QueueSettings> queue) {

  /** Alignment of what is not direct: the page cache takes anything. */
  private static final HostAlignment BUFFERED =
      new HostAlignment(1, 1, 1, 0, 0, "none, it goes through the page cache");

  /** Takes over a descriptor; it stays open if this fails. */
  static HostFile of(int fd, String name, StatX stat, boolean isDirect, DirectIoAlignment alignment)
      throws IOException {
    boolean isBlockDevice = stat.isBlockDevice();
    var number = isBlockDevice ? stat.specialDevice() : stat.device();
    return new HostFile(
        name,
        new Descriptor(fd, name),
        isBlockDevice,
        isDirect,
        isDirect ? of(alignment) : BUFFERED,
        new FileIdentity(
            isBlockDevice,
            FileIdentity.deviceNumber(number.major(), number.minor()),
            isBlockDevice ? 0 : stat.inode()),
        isBlockDevice
            ? NativeFailure.check("ioctl(BLKGETSIZE64)", name, BlockDeviceCalls.sizeBytes(fd))
            : -1,
        QueueSettings.of(number.major(), number.minor()));
  }

  private static HostAlignment of(DirectIoAlignment found) {
    return new HostAlignment(
        found.memory(),
        found.read(),
        found.write(),
        found.atomicWriteMin(),
        found.atomicWriteMax(),
        sourceOf(found));
  }

  private static String sourceOf(DirectIoAlignment found) {
    return switch (found.source()) {
      case STATX -> "the kernel (statx)";
      case DEVICE_LIMITS -> "the device's limits";
      case PROBE -> "direct reads of the file";
      case FILE_SYSTEM_BLOCK -> "the file system's block, an upper bound";
    };
  }
}
