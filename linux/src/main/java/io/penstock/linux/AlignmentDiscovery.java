package io.penstock.linux;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.memory.BufferPool;
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
  /** What one transfer of every device here has room for. */
  private static final int LARGEST = BufferPool.MAX_BYTES;

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
        ? fromProbe(found.get(), fileSystem, stat, subject)
        : fromFileSystem(fileSystem, stat, subject);
  }

  static DirectIoAlignment fromKernel(StatX stat, int fd, String subject) throws IOException {
    int write = stat.directOffsetAlignment();
    int memory = stat.directMemoryAlignment();
    if (write == 0 || memory == 0) {
      return DirectIoAlignment.unsupported(Source.STATX, remedy(StatFs.of(fd, subject)));
    }
    int readOnly = stat.hasDirectReadAlignment() ? stat.directReadOffsetAlignment() : 0;
    int read = readOnly != 0 ? readOnly : write;
    return supported(Source.STATX, memory, read, write, stat, subject);
  }

  private static DirectIoAlignment fromDevice(StatX stat, int fd, String subject)
      throws IOException {
    long block =
        NativeFailure.check("ioctl(BLKSSZGET)", subject, BlockDeviceCalls.logicalBlockSize(fd));
    // A kernel that does not show the queue's alignment (before 6.0) wants memory aligned to
    // blocks.
    long memory =
        QueueSettings.of(stat.specialDevice().major(), stat.specialDevice().minor())
            .map(queue -> queue.memoryAlignment().orElse(block))
            .orElse(block);
    return supported(Source.DEVICE_LIMITS, memory, block, block, stat, subject);
  }

  private static DirectIoAlignment fromProbe(
      AlignmentProbe.Found found, StatFs fileSystem, StatX stat, String subject)
      throws IOException {
    if (found.refused()) {
      return DirectIoAlignment.unsupported(Source.PROBE, remedy(fileSystem));
    }
    return supported(
        Source.PROBE,
        found.memory(),
        found.read(),
        writeAlignment(found, fileSystem),
        stat,
        subject);
  }

  /**
   * Reads can be tried, writes cannot without writing. Where data is written in place, reads and
   * writes obey one rule (open(2), NOTES); elsewhere whole blocks of the file system are always
   * taken.
   */
  private static long writeAlignment(AlignmentProbe.Found found, StatFs fileSystem) {
    boolean same = fileSystem.writesInPlace() || found.read() == AlignmentProbe.ANY;
    return same ? found.read() : Math.max(found.read(), fileSystem.blockSize());
  }

  static DirectIoAlignment fromFileSystem(StatFs fileSystem, StatX stat, String subject)
      throws IOException {
    long block = fileSystem.blockSize();
    long memory = Math.max(block, MemoryCalls.pageSize());
    return supported(Source.FILE_SYSTEM_BLOCK, memory, block, block, stat, subject);
  }

  /**
   * What was found, if it can be.
   *
   * @throws IOException EPROTO naming the value: memory and transfers are going to be cut by it
   */
  static DirectIoAlignment supported(
      Source source, long memory, long read, long write, StatX stat, String subject)
      throws IOException {
    boolean atomic = stat.hasAtomicWrite();
    int atomicMin = atomic ? stat.atomicWriteUnitMin() : 0;
    int atomicMax = atomic ? stat.atomicWriteUnitMax() : 0;
    if (atomicMin < 0 || atomicMax < atomicMin) {
      throw refused(
          subject,
          "atomic writes of "
              + Integer.toUnsignedString(atomicMin)
              + " to "
              + Integer.toUnsignedString(atomicMax)
              + " bytes");
    }
    return new DirectIoAlignment(
        source,
        checked("memory", memory, subject),
        checked("reads", read, subject),
        checked("writes", write, subject),
        atomicMin,
        atomicMax,
        "");
  }

  private static int checked(String what, long alignment, String subject) throws IOException {
    if (alignment < 1 || alignment > LARGEST || Long.bitCount(alignment) != 1) {
      throw refused(subject, "an alignment of " + what + " to " + alignment + " bytes");
    }
    return (int) alignment;
  }

  private static BlockIoException refused(String subject, String answer) {
    return new BlockIoException(
        io.penstock.core.error.Errno.EPROTO,
        "ask for the alignment of",
        subject,
        "the kernel answered "
            + answer
            + ", which cannot be; use the buffered fallback, and report it to whoever made the"
            + " file system");
  }

  private static String remedy(StatFs fileSystem) {
    return "file system "
        + fileSystem.typeName()
        + " does not support direct I/O on this file (encrypted, compressed, with data in the"
        + " journal, or never); put it elsewhere, or allow the buffered fallback";
  }
}
