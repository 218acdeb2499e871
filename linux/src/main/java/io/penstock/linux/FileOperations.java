package io.penstock.linux;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.ClosedFileException;
import io.penstock.linux.abi.BlockDeviceCalls;
import io.penstock.linux.abi.Errno;
import io.penstock.linux.abi.FileCalls;
import io.penstock.linux.abi.NativeFailure;
import io.penstock.linux.abi.RingEntry;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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
  private final @Nullable RingLoop ring;
  private final boolean knowsHoles;

  /** Operations that virtual threads leave to threads of the device. */
  FileOperations(HostFile file, BioThreads threads) {
    this(file, threads, null);
  }

  /**
   * Operations that virtual threads leave to a ring, where it knows them, else to threads.
   *
   * @param ring of a loop that a thread of ours drives
   */
  FileOperations(HostFile file, BioThreads threads, @Nullable RingLoop ring) {
    this.file = file;
    this.ring = ring;
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
    check(
        "fdatasync",
        on(
            () -> FileCalls.fdatasync(fd),
            loop -> loop.call(RingEntry.OP_FSYNC, fd, 0, 0, 0, RingEntry.FSYNC_DATASYNC)));
  }

  /** fsync(2): data and all metadata. */
  void sync() throws IOException {
    int fd = descriptor.fd();
    check(
        "fsync",
        on(() -> FileCalls.fsync(fd), loop -> loop.call(RingEntry.OP_FSYNC, fd, 0, 0, 0, 0)));
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
        ? length == 0
            || isDone("ioctl(BLKDISCARD)", on(() -> BlockDeviceCalls.discard(fd, from, length)))
        : allocate(FileCalls.FALLOC_FL_PUNCH_HOLE | KEEP_SIZE, from, length);
  }

  private boolean allocate(int how, long from, long length) throws IOException {
    int fd = descriptor.fd();
    return length == 0
        || isDone(
            "fallocate",
            on(
                () -> FileCalls.fallocate(fd, how, from, length),
                loop -> loop.call(RingEntry.OP_FALLOCATE, fd, from, length, how, 0)));
  }

  /** Whether a call did its work; false where the system cannot do it. */
  private boolean isDone(String operation, long result) throws IOException {
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

  /**
   * Makes a call on the open file; a virtual thread has the ring make it, if there is one that can.
   */
  private long on(LongSupplier call, Function<RingLoop, CompletableFuture<Integer>> inRing)
      throws IOException {
    RingLoop loop = ring;
    if (loop == null || loop.death() != null || !Thread.currentThread().isVirtual()) {
      return on(call);
    }
    if (!descriptor.acquire()) {
      throw new ClosedFileException(file.name());
    }
    try {
      int result = inRing.apply(loop).join(); // an interrupt does not end it, and is kept
      return result == -Errno.EINTR || result == -Errno.EAGAIN ? on(call) : result;
    } finally {
      descriptor.release();
    }
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
