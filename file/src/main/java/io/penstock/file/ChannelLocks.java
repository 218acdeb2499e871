package io.penstock.file;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The locks of one channel, taken through a channel of the JDK's on the same file. Thread-safe.
 *
 * <p>On Linux the process holds such a lock, and loses it as soon as <i>any</i> descriptor of the
 * file is closed (fcntl(2)). Hence the JDK's channel is opened for the first lock, stays open until
 * the direct file is closed too (which would drop the locks anyway), and is never waited in: an
 * interrupt of a thread that waits in {@link FileChannel#lock} would close it.
 */
final class ChannelLocks {
  /** Between two attempts, milliseconds. */
  static final long LONGEST_NAP_MILLIS = 50;

  private static final long SHORTEST_NAP = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_NAP = TimeUnit.MILLISECONDS.toNanos(LONGEST_NAP_MILLIS);

  /** What threads of this process wait for. Guarded by itself. */
  private static final List<Region> WAITED_FOR = new ArrayList<>();

  /**
   * A part of a file.
   *
   * @param file its identity
   * @param start inclusive, bytes
   * @param end exclusive, bytes; {@link Long#MAX_VALUE} for all there is and will be
   */
  private record Region(Object file, long start, long end) {
    boolean overlaps(Region other) {
      return file.equals(other.file) && start < other.end && other.start < end;
    }
  }

  private final DirectFileChannel channel;
  private final DirectFile file;
  private @Nullable FileChannel through;
  private boolean closed;

  ChannelLocks(DirectFileChannel channel, DirectFile file) {
    this.channel = channel;
    this.file = file;
  }

  /** Takes a lock, or gives null if another process has one that is in its way. */
  @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
    FileLock held;
    try {
      held = through().tryLock(position, size, shared);
    } catch (ClosedChannelException e) {
      throw channel.closedMeanwhile(e);
    }
    return held == null ? null : new DirectFileLock(channel, held);
  }

  /** Waits for a lock. */
  FileLock lock(long position, long size, boolean shared) throws IOException {
    requireNoInterrupt();
    FileLock lock = tryLock(position, size, shared);
    return lock != null ? lock : waitFor(position, size, shared);
  }

  private FileLock waitFor(long position, long size, boolean shared) throws IOException {
    long end = size == 0 ? Long.MAX_VALUE : position + size;
    Region region = new Region(file.identity(), position, end);
    announce(region);
    try {
      long nap = SHORTEST_NAP;
      while (true) {
        LockSupport.parkNanos(this, nap);
        requireNoInterrupt();
        if (!channel.isOpen()) {
          throw new AsynchronousCloseException();
        }
        FileLock lock = tryLock(position, size, shared);
        if (lock != null) {
          return lock;
        }
        nap = Math.min(2 * nap, LONGEST_NAP);
      }
    } finally {
      synchronized (WAITED_FOR) {
        WAITED_FOR.remove(region);
      }
    }
  }

  private static void announce(Region region) {
    synchronized (WAITED_FOR) {
      if (WAITED_FOR.stream().anyMatch(region::overlaps)) {
        throw new OverlappingFileLockException();
      }
      WAITED_FOR.add(region);
    }
  }

  private static void requireNoInterrupt() throws FileLockInterruptionException {
    if (Thread.currentThread().isInterrupted()) {
      throw new FileLockInterruptionException();
    }
  }

  private synchronized FileChannel through() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    FileChannel known = through;
    if (known == null) {
      known = open();
      through = known;
    }
    return known;
  }

  private FileChannel open() throws IOException {
    if (!HostFileKind.of(file.path()).identity().equals(file.identity())) {
      throw new BlockIoException(
          Errno.ESTALE,
          "lock",
          file.path().toString(),
          "the path names another file by now; take the first lock before it is renamed");
    }
    file.transfers().shared().keepDescriptors();
    Set<OpenOption> modes = new HashSet<>();
    if (file.isReadable()) {
      modes.add(StandardOpenOption.READ);
    }
    if (file.isWritable()) {
      modes.add(StandardOpenOption.WRITE);
    }
    try {
      return FileChannel.open(file.path(), modes);
    } catch (IOException e) {
      throw JdkErrors.at("lock", file.path(), e);
    }
  }

  /** Releases all. The direct file is closed already. */
  synchronized void close() throws IOException {
    closed = true;
    FileChannel open = through;
    if (open != null) {
      open.close();
    }
  }
}
