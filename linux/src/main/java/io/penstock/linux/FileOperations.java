package io.penstock.linux;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.ClosedFileException;
import io.penstock.linux.abi.BlockDeviceCalls;
import io.penstock.linux.abi.Errno;
import io.penstock.linux.abi.FileCalls;
import io.penstock.linux.abi.NativeFailure;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * What is done to a file as a whole: its length, its space, its holes, its durability. Positions
 * and lengths are bytes. Thread-safe. All of it may wait for the disk; a virtual thread parks
 * meanwhile and leaves its carrier.
 */
final class FileOperations {
  private static final int KEEP_SIZE = FileCalls.FALLOC_FL_KEEP_SIZE;

  private final HostFile file;
  private final Descriptor descriptor;
  private final BioThreads threads;
  private final boolean knowsHoles;

  FileOperations(HostFile file, BioThreads threads) {
    this.file = file;
    this.descriptor = file.descriptor();
    this.threads = threads;
    knowsHoles = !file.isBlockDevice() && seeksHoles(descriptor.fd());
  }

  /** A file without any data has none to seek; a file system that cannot seek says EINVAL. */
  private static boolean seeksHoles(int fd) {
    long result = FileCalls.lseek(fd, 0, FileCalls.SEEK_HOLE);
    return result >= 0 || result == -Errno.ENXIO;
  }

  /** fdatasync(2): data, and the metadata needed to read it back, a new length among it. */
  void dataSync() throws IOException {
    int fd = descriptor.fd();
    check("fdatasync", on(() -> FileCalls.fdatasync(fd)));
  }

  /** fsync(2): data and all metadata. */
  void sync() throws IOException {
    int fd = descriptor.fd();
    check("fsync", on(() -> FileCalls.fsync(fd)));
  }

  long length() throws IOException {
    int fd = descriptor.fd();
    return file.isBlockDevice()
        ? file.fixedLength()
        : check("lseek", on(() -> FileCalls.lseek(fd, 0, FileCalls.SEEK_END)));
  }

  void setLength(long newLength) throws IOException {
    if (file.isBlockDevice()) {
      throw invalid("ftruncate", "a block device has a fixed length");
    }
    int fd = descriptor.fd();
    check("ftruncate", on(() -> FileCalls.ftruncate(fd, newLength)));
  }

  boolean preallocate(long from, long length) throws IOException {
    return !file.isBlockDevice() && allocate(KEEP_SIZE, from, length);
  }

  /** A device that cannot give space back is made to write zeros, by the kernel. */
  boolean clear(long from, long length) throws IOException {
    return allocate(FileCalls.FALLOC_FL_PUNCH_HOLE | KEEP_SIZE, from, length)
        || allocate(FileCalls.FALLOC_FL_ZERO_RANGE | KEEP_SIZE, from, length);
  }

  boolean zeroRange(long from, long length) throws IOException {
    return allocate(FileCalls.FALLOC_FL_ZERO_RANGE | KEEP_SIZE, from, length);
  }

  /** A file's blocks are given back by a hole; a device is told by an ioctl. */
  boolean discard(long from, long length) throws IOException {
    int fd = descriptor.fd();
    return file.isBlockDevice()
        ? attempt("ioctl(BLKDISCARD)", length, () -> BlockDeviceCalls.discard(fd, from, length))
        : allocate(FileCalls.FALLOC_FL_PUNCH_HOLE | KEEP_SIZE, from, length);
  }

  private boolean allocate(int how, long from, long length) throws IOException {
    int fd = descriptor.fd();
    return attempt("fallocate", length, () -> FileCalls.fallocate(fd, how, from, length));
  }

  private boolean attempt(String operation, long length, LongSupplier call) throws IOException {
    if (length == 0) {
      return true;
    }
    long result = on(call);
    if (result == -Errno.EOPNOTSUPP || result == -Errno.ENOSYS || result == -Errno.ENODEV) {
      return false;
    }
    check(operation, result);
    return true;
  }

  boolean knowsHoles() {
    return knowsHoles;
  }

  long nextData(long position) throws IOException {
    return knowsHoles ? seek(position, FileCalls.SEEK_DATA) : position < length() ? position : -1;
  }

  long nextHole(long position) throws IOException {
    if (knowsHoles) {
      return seek(position, FileCalls.SEEK_HOLE);
    }
    long length = length();
    return position < length ? length : -1;
  }

  private long seek(long position, int whence) throws IOException {
    int fd = descriptor.fd();
    long result = on(() -> FileCalls.lseek(fd, position, whence));
    return result == -Errno.ENXIO ? -1 : check("lseek", result);
  }

  /** Makes a call on the open file, again if a signal came in between. */
  private long on(LongSupplier call) throws IOException {
    if (!descriptor.acquire()) {
      throw new ClosedFileException(file.name());
    }
    try {
      return Thread.currentThread().isVirtual()
          ? threads.call(() -> untilNotInterrupted(call))
          : untilNotInterrupted(call);
    } finally {
      descriptor.release();
    }
  }

  private static long untilNotInterrupted(LongSupplier call) {
    long result;
    do {
      result = call.getAsLong();
    } while (result == -Errno.EINTR);
    return result;
  }

  private long check(String operation, long result) throws IOException {
    if (result < 0) {
      throw NativeFailure.of(operation, file.name(), (int) -result).toBlockIoException();
    }
    return result;
  }

  private BlockIoException invalid(String operation, String detail) {
    return new BlockIoException(
        io.penstock.core.error.Errno.EINVAL, operation, file.name(), detail);
  }
}
