package io.penstock.file;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BioCheck;
import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A file or block device of the host behind the JDK's {@link FileChannel}. Asynchronous bios run on
 * threads of the device, synchronous ones in the calling thread.
 *
 * <p>An interrupt closes a {@link FileChannel} that is in use. Hence two: one that only the
 * device's own threads use, which nobody interrupts, and one for callers. When a caller's interrupt
 * has closed the latter, synchronous bios go through the device's threads from then on.
 */
final class PortableDevice implements HostDevice {
  private static final int MOST_PIECES = 1024;
  private static final long MOST_BYTES = 1L << 30;

  private final String name;
  private final HostFileKind kind;
  private final boolean direct;
  private final HostAlignment alignment;
  private final FileChannel own;
  private final FileChannel callers;

  /**
   * Tells the length in the calling thread: no interrupt closes it, and it does not queue behind
   * transfers. Null for a block device, and where a path has no file.
   */
  private final @Nullable RandomAccessFile ruler;

  private final TransferThreads threads;
  private final ChannelTransfer transfer;
  private final long deviceLength;
  private final QueueLimits limits;
  private final IoCounters counters = new IoCounters();
  private final AtomicBoolean closed = new AtomicBoolean();

  PortableDevice(
      String name,
      HostFileKind kind,
      boolean direct,
      HostAlignment alignment,
      FileChannel own,
      FileChannel callers,
      @Nullable RandomAccessFile ruler,
      int depth)
      throws IOException {
    this.name = name;
    this.kind = kind;
    this.direct = direct;
    this.alignment = alignment;
    this.own = own;
    this.callers = callers;
    this.ruler = ruler;
    threads = new TransferThreads(name, depth);
    deviceLength = kind.isBlockDevice() ? own.size() : Long.MAX_VALUE;
    transfer = new ChannelTransfer(name, alignment.unit(), deviceLength);
    limits =
        QueueLimits.of(alignment.unit())
            .withMemoryAlignment(alignment.memory())
            .withMaximum(MOST_PIECES, MOST_BYTES, MOST_BYTES)
            .withMemoryAccess(false, true);
  }

  // --- what it is ---

  @Override
  public String name() {
    return name;
  }

  @Override
  public String provider() {
    return PortableProvider.NAME;
  }

  /** A block device's length, rounded up to the unit: the JDK moves no less. */
  @Override
  public long size() {
    return kind.isBlockDevice()
        ? Math.ceilDiv(deviceLength, alignment.unit()) * alignment.unit()
        : Long.MAX_VALUE;
  }

  @Override
  public QueueLimits limits() {
    return limits;
  }

  @Override
  public IoCounters counters() {
    return counters;
  }

  @Override
  public boolean isBlockDevice() {
    return kind.isBlockDevice();
  }

  @Override
  public boolean isDirect() {
    return direct;
  }

  @Override
  public HostAlignment alignment() {
    return alignment;
  }

  @Override
  public Object identity() {
    return kind.identity();
  }

  // --- transfers ---

  @Override
  public void submit(Bio bio) {
    IOException mistake = BioCheck.violation(bio, limits, size(), name);
    if (mistake != null) {
      bio.complete(mistake);
    } else if (bio.isSynchronous()) {
      bio.begun();
      bio.complete(runInCaller(bio));
    } else if (bio.isNoWait() && !threads.hasIdleThread()) {
      bio.complete(failure(bio, Errno.EAGAIN, "all threads of the device are busy"));
    } else {
      handOver(bio);
    }
  }

  private void handOver(Bio bio) {
    try {
      threads.execute(
          () -> {
            bio.begun();
            bio.complete(run(own, bio));
          });
    } catch (RejectedExecutionException e) {
      bio.complete(failure(bio, Errno.EBADF, "the device is closed"));
    }
  }

  private @Nullable IOException runInCaller(Bio bio) {
    boolean interrupted = Thread.interrupted();
    try {
      if (callers.isOpen()) {
        IOException error = run(callers, bio);
        // Closed under us by an interrupt, of this thread or of another caller's.
        interrupted |= Thread.interrupted();
        if (error == null || callers.isOpen()) {
          return error;
        }
      }
      return closed.get() ? failure(bio, Errno.EBADF, "the device is closed") : runCopied(bio);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Through memory of our own: the caller's may be its thread's alone. */
  private @Nullable IOException runCopied(Bio bio) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment copy = arena.allocate(bio.length(), alignment.memory());
      if (bio.isWrite()) {
        copyPieces(bio, copy, true);
      }
      threads.call(
          () -> {
            if (bio.isWrite()) {
              transfer.write(own, copy, bio.deviceOffset());
            } else {
              transfer.read(own, copy, bio.deviceOffset());
            }
            return null;
          });
      if (!bio.isWrite()) {
        copyPieces(bio, copy, false);
      }
      return null;
    } catch (IOException | RuntimeException e) {
      return placed(bio, e);
    }
  }

  private static void copyPieces(Bio bio, MemorySegment copy, boolean out) {
    long at = 0;
    for (int i = 0; i < bio.pieces(); i++) {
      long length = bio.pieceLength(i);
      if (out) {
        MemorySegment.copy(bio.segment(i), bio.pieceOffset(i), copy, at, length);
      } else {
        MemorySegment.copy(copy, at, bio.segment(i), bio.pieceOffset(i), length);
      }
      at += length;
    }
  }

  private @Nullable IOException run(FileChannel channel, Bio bio) {
    if (bio.isCancelRequested()) {
      return failure(bio, Errno.ECANCELED, "cancelled before it began");
    }
    try {
      transfer.run(channel, bio);
      return null;
    } catch (IOException | RuntimeException e) {
      return placed(bio, e);
    }
  }

  private IOException placed(Bio bio, Exception e) {
    return JdkErrors.at(bio.direction().word(), name, bio.deviceOffset(), bio.length(), e);
  }

  private IOException failure(Bio bio, Errno errno, String detail) {
    return new BlockIoException(
        errno, bio.direction().word(), name, bio.deviceOffset(), bio.length(), detail);
  }

  /**
   * From now on no interrupt closes a descriptor of the file: callers do not transfer by themselves
   * any more. What they have on its way is carried out again, as after an interrupt.
   */
  void keepDescriptors() {
    try {
      callers.close();
    } catch (IOException e) {
      // It is closed all the same, and no write was reported that is not with the system.
    }
  }

  // --- the file as a whole; always on the device's threads, which no interrupt reaches ---

  @Override
  public void flush() throws IOException {
    onThread(
        "sync",
        () -> {
          own.force(false);
          return null;
        });
  }

  @Override
  public void flushAll() throws IOException {
    onThread(
        "sync",
        () -> {
          own.force(true);
          return null;
        });
  }

  @Override
  public long length() throws IOException {
    if (kind.isBlockDevice()) {
      return deviceLength;
    }
    return ruler == null || closed.get() ? onThread("get the size of", own::size) : measured(ruler);
  }

  private long measured(RandomAccessFile file) throws IOException {
    try {
      return file.length();
    } catch (IOException e) {
      throw JdkErrors.at("get the size of", name, BlockIoException.NONE, BlockIoException.NONE, e);
    }
  }

  @Override
  public void setLength(long newLength) throws IOException {
    if (kind.isBlockDevice()) {
      throw new BlockIoException(
          Errno.EINVAL, "set the size of", name, "a block device has a fixed size");
    }
    onThread(
        "set the size of",
        () -> {
          if (newLength > own.size()) {
            growPast(newLength);
          }
          own.truncate(newLength);
          return null;
        });
  }

  /**
   * The JDK cannot make a file longer but by writing: the unit that will hold the last byte is
   * written, as it is. Worked: unit 4096, size 100, new size 513: unit 0 is read, the bytes after
   * 100 being zeros, and written, so that the size is 4096; the caller cuts it.
   */
  private void growPast(long newLength) throws IOException {
    int unit = alignment.unit();
    long start = (newLength - 1) / unit * unit;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment last = arena.allocate(unit, alignment.memory());
      transfer.read(own, last, start);
      transfer.write(own, last, start);
    }
  }

  @Override
  public boolean preallocate(long from, long length) {
    return false;
  }

  @Override
  public boolean clear(long from, long length) {
    return false;
  }

  @Override
  public boolean knowsHoles() {
    return false;
  }

  @Override
  public long nextData(long position) throws IOException {
    return position < length() ? position : -1;
  }

  @Override
  public long nextHole(long position) throws IOException {
    long length = length();
    return position < length ? length : -1;
  }

  private <T extends @Nullable Object> T onThread(String operation, Callable<T> task)
      throws IOException {
    try {
      if (closed.get()) {
        throw new ClosedChannelException();
      }
      return threads.call(task);
    } catch (IOException | RejectedExecutionException e) {
      throw JdkErrors.at(operation, name, BlockIoException.NONE, BlockIoException.NONE, e);
    }
  }

  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      threads.close();
      try (own;
          callers;
          ruler) {
        // closes all three, whatever becomes of each
      }
    }
  }

  @Override
  public String toString() {
    return "portable device " + name + ' ' + alignment + (direct ? "" : " buffered");
  }
}
