package io.penstock.linux;

import io.penstock.linux.abi.Abi;
import io.penstock.linux.abi.FileCalls;
import io.penstock.linux.abi.IoUringProbe;
import io.penstock.linux.abi.MemoryCalls;
import io.penstock.linux.abi.NameCalls;
import io.penstock.linux.abi.NativeFailure;
import io.penstock.linux.abi.OpenFlags;
import io.penstock.linux.abi.StatFs;
import io.penstock.linux.abi.StatX;
import io.penstock.linux.abi.Uname;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What decides on this machine which direct I/O there is: the kernel, io_uring, limits, and the
 * file system of a path. Every answer is asked for anew. All methods but {@link
 * #unsupportedReason()} throw {@link UnsupportedOperationException} where it is not empty.
 */
public final class HostFacts {
  private HostFacts() {}

  /**
   * Whether a ring could be made.
   *
   * @param isAvailable whether it could
   * @param cause why not, and what to do about it; empty if it could
   */
  public record IoUring(boolean isAvailable, String cause) {}

  /**
   * The file system that holds a file, and how it does direct I/O on this one.
   *
   * @param type name of its type, such as {@code xfs}
   * @param kind {@code regular file}, {@code directory}, {@code block device} or {@code other}
   * @param alignment of direct I/O on the file
   * @param queue of the disk behind it, if sysfs shows one
   */
  public record OfFile(
      String type, String kind, DirectIoAlignment alignment, Optional<QueueSettings> queue) {}

  /** Why Linux calls are not available here; empty where they are. */
  public static Optional<String> unsupportedReason() {
    return Abi.unsupportedReason();
  }

  /** System, release and machine, such as {@code Linux 6.12.9 x86_64}. */
  public static String kernel() {
    Abi.requireSupported();
    Uname name = Uname.current();
    return name.system() + ' ' + name.release() + ' ' + name.machine();
  }

  /** Whether this process may have an io_uring. */
  public static IoUring ioUring() {
    Abi.requireSupported();
    IoUringProbe.Result found = IoUringProbe.probe();
    return new IoUring(found.isAvailable(), found.cause());
  }

  /** Bytes of memory that this process may lock; empty when there is no limit. */
  public static OptionalLong lockableMemory() {
    Abi.requireSupported();
    long soft = MemoryCalls.limit(MemoryCalls.RLIMIT_MEMLOCK).soft();
    return soft == MemoryCalls.Limit.UNLIMITED ? OptionalLong.empty() : OptionalLong.of(soft);
  }

  /**
   * The file system of a file, directory or block device, and its alignment.
   *
   * @throws IOException if it cannot be opened for reading
   */
  public static OfFile ofFile(Path path) throws IOException {
    Abi.requireSupported();
    int flags = OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK;
    long fd = NameCalls.open(path, flags, 0);
    if (fd < 0) {
      throw NativeFailure.ofOpen(path, flags, (int) -fd).toException();
    }
    try {
      return ofOpen((int) fd, path.toString());
    } finally {
      FileCalls.close((int) fd);
    }
  }

  private static OfFile ofOpen(int fd, String subject) throws IOException {
    StatX stat = StatX.of(fd, subject);
    var number = stat.isBlockDevice() ? stat.specialDevice() : stat.device();
    return new OfFile(
        StatFs.of(fd, subject).typeName(),
        kindOf(stat),
        AlignmentDiscovery.discover(fd, subject),
        QueueSettings.of(number.major(), number.minor()));
  }

  private static String kindOf(StatX stat) {
    if (stat.isRegularFile()) {
      return "regular file";
    }
    if (stat.isBlockDevice()) {
      return "block device";
    }
    return stat.isDirectory() ? "directory" : "other";
  }
}
