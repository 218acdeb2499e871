package io.penstock.linux;

import io.penstock.linux.DirectIoAlignment.Source;
import io.penstock.linux.abi.BlockDeviceCalls;
import io.penstock.linux.abi.MemoryCalls;
import io.penstock.linux.abi.NativeFailure;
import io.penstock.linux.abi.StatFs;
import io.penstock.linux.abi.StatX;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds out what direct I/O on an open file must be aligned to (FILE-2). Asked are, and the first
 * that knows decides:
 *
 * <ol>
 *   <li>the kernel, by statx(2); a zero there says that direct I/O is not supported;
 *   <li>for a block device, the device: its logical block, its queue's memory alignment;
 *   <li>the file itself, by direct reads of falling sizes ({@link AlignmentProbe});
 *   <li>for a file without data, the file system's block: an upper bound, not a guess.
 * </ol>
 *
 * <p>The calls may wait for the disk and pin the carrier of a virtual thread.
 */
public final class AlignmentDiscovery {
  private AlignmentDiscovery() {}

  /**
   * Asks about an open file or block device.
   *
   * @param fd descriptor, opened with or without {@code O_DIRECT}; it is neither moved nor closed
   * @param subject path of the file, for messages
   * @return the alignment, or that direct I/O is not supported, with a remedy
   * @throws IOException if the file's attributes cannot be read
   * @throws UnsupportedOperationException where Linux calls are not available
   */
  public static DirectIoAlignment discover(int fd, String subject) throws IOException {
    StatX stat = StatX.of(fd, subject);
    if (stat.hasDirectAlignment()) {
      return fromKernel(stat, fd, subject);
    }
    return withoutKernel(stat, fd, subject);
  }

  /**
   * What is found where the kernel says nothing of alignment: Linux before 6.1, some file systems.
   */
  static DirectIoAlignment withoutKernel(StatX stat, int fd, String subject) throws IOException {
    if (stat.isBlockDevice()) {
      return fromDevice(stat, fd, subject);
    }
    if (!stat.isRegularFile()) {
      return DirectIoAlignment.unsupported(
          Source.STATX,
          "direct I/O is for regular files and block devices; " + subject + " is none");
    }
    StatFs fileSystem = StatFs.of(fd, subject);
    Optional<AlignmentProbe.Found> found = AlignmentProbe.probe(fd);
    return found.isPresent()
        ? fromProbe(found.get(), fileSystem, stat)
        : fromFileSystem(fileSystem, stat);
  }

  private static DirectIoAlignment fromKernel(StatX stat, int fd, String subject)
      throws IOException {
    int write = stat.directOffsetAlignment();
    int memory = stat.directMemoryAlignment();
    if (write == 0 || memory == 0) {
      return DirectIoAlignment.unsupported(Source.STATX, remedy(StatFs.of(fd, subject)));
    }
    int readOnly = stat.hasDirectReadAlignment() ? stat.directReadOffsetAlignment() : 0;
    return supported(Source.STATX, memory, readOnly != 0 ? readOnly : write, write, stat);
  }

  private static DirectIoAlignment fromDevice(StatX stat, int fd, String subject)
      throws IOException {
    int block =
        (int)
            NativeFailure.check("ioctl(BLKSSZGET)", subject, BlockDeviceCalls.logicalBlockSize(fd));
    // A kernel that does not show the queue's alignment (before 6.0) wants memory aligned to
    // blocks.
    long memory =
        QueueSettings.of(stat.specialDevice().major(), stat.specialDevice().minor())
            .map(queue -> queue.memoryAlignment().orElse(block))
            .orElse((long) block);
    return supported(Source.DEVICE_LIMITS, Math.toIntExact(memory), block, block, stat);
  }

  private static DirectIoAlignment fromProbe(
      AlignmentProbe.Found found, StatFs fileSystem, StatX stat) {
    if (found.refused()) {
      return DirectIoAlignment.unsupported(Source.PROBE, remedy(fileSystem));
    }
    return supported(
        Source.PROBE, found.memory(), found.read(), writeAlignment(found, fileSystem), stat);
  }

  /**
   * Reads can be tried, writes cannot without writing. Where data is written in place, reads and
   * writes obey one rule (open(2), NOTES); elsewhere whole blocks of the file system are always
   * taken.
   */
  private static int writeAlignment(AlignmentProbe.Found found, StatFs fileSystem) {
    boolean same = fileSystem.writesInPlace() || found.read() == AlignmentProbe.ANY;
    return same ? found.read() : Math.max(found.read(), blockOf(fileSystem));
  }

  private static DirectIoAlignment fromFileSystem(StatFs fileSystem, StatX stat) {
    int block = blockOf(fileSystem);
    int memory = Math.max(block, MemoryCalls.pageSize());
    return supported(Source.FILE_SYSTEM_BLOCK, memory, block, block, stat);
  }

  private static int blockOf(StatFs fileSystem) {
    return Math.toIntExact(fileSystem.blockSize());
  }

  private static DirectIoAlignment supported(
      Source source, int memory, int read, int write, StatX stat) {
    boolean atomic = stat.hasAtomicWrite();
    return new DirectIoAlignment(
        source,
        memory,
        read,
        write,
        atomic ? stat.atomicWriteUnitMin() : 0,
        atomic ? stat.atomicWriteUnitMax() : 0,
        "");
  }

  private static String remedy(StatFs fileSystem) {
    return "file system "
        + fileSystem.typeName()
        + " does not support direct I/O on this file (encrypted, compressed, with data in the"
        + " journal, or never); put it elsewhere, or allow the buffered fallback";
  }
}
