package io.penstock.linux;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BioCheck;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.ClosedFileException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.BufferPool;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file or block device of the host, by pread(2), pwrite(2), preadv2(2) and pwritev2(2) on a
 * descriptor opened with {@code O_DIRECT}. Thread-safe.
 *
 * <p><b>Where a bio runs.</b> A {@linkplain Bio#isSynchronous() synchronous} one in the calling
 * thread, before {@link #submit} returns, and without garbage. Any other one in a thread of the
 * device; there are at most as many as {@link OpenMode#depth()} asks for, and {@link #submit} never
 * waits for one. A synchronous bio of a virtual thread goes there too, since a downcall would hold
 * its carrier for as long as the disk takes; only memory that is confined to the virtual thread
 * keeps it in place.
 *
 * <p><b>No-wait bios</b> carry {@code RWF_NOWAIT}: the kernel answers {@code EAGAIN} where it would
 * have to wait for a lock, for metadata or for space. It still waits for the disk itself, so that
 * an asynchronous one is not run in the submitter either, but by an idle thread, and ends with
 * {@code EAGAIN} if there is none.
 *
 * <p><b>Closing</b> cuts nothing off: what was submitted before is carried out, and the descriptor
 * closed after it. What comes later ends with {@link ClosedFileException}.
 */
final class PreadDevice extends LinuxDevice {
  /** Name of its provider. */
  static final String PROVIDER = "pread";

  /** More threads than these do not make one disk faster. */
  private static final int MOST_THREADS = 128;

  /**
   * Bytes of one bio: as fast as any on the disks it was measured on, and a bio that has to go
   * through a pooled buffer fits into one.
   */
  private static final long MOST_BYTES = BufferPool.MAX_BYTES;

  private final BioTransfer transfer;
  private final BioThreads threads;
  private final FileOperations operations;

  /** Takes a file over. */
  PreadDevice(HostFile file, PositionalCalls calls, int depth) {
    super(file, HostLimits.of(file, MOST_BYTES));
    transfer = BioTransfer.of(file, calls, limits);
    threads = new BioThreads(file.name(), Math.min(depth, MOST_THREADS), this::carryOut);
    operations = new FileOperations(file, threads);
  }

  /** Opens a file or block device; see {@link PreadProvider#open}. */
  static PreadDevice open(Path path, OpenMode mode) throws IOException {
    HostFile file = Detour.call("open", () -> HostOpener.open(path, mode));
    return new PreadDevice(file, new DescriptorCalls(file.descriptor().fd()), mode.depth());
  }

  @Override
  public String provider() {
    return PROVIDER;
  }

  // --- transfers ---

  @Override
  public void submit(Bio bio) {
    if (!descriptor.acquire()) {
      bio.complete(new ClosedFileException(file.name()));
      return;
    }
    IOException violation = BioCheck.violation(bio, limits, size, file.name());
    if (violation != null) {
      end(bio, violation);
    } else if (bio.isSynchronous() && !mustLeave(bio)) {
      carryOut(bio);
    } else if (bio.isNoWait()) {
      if (!threads.addIfIdle(bio)) {
        end(bio, failure(bio, Errno.EAGAIN, "all threads of the device are busy"));
      }
    } else if (!threads.add(bio)) {
      end(bio, failure(bio, Errno.ENOMEM, "no thread can be begun; raise the limit (ulimit -u)"));
    }
  }

  /** Whether a synchronous bio is not for the calling thread to run. */
  private static boolean mustLeave(Bio bio) {
    return Thread.currentThread().isVirtual() && !BioTransfer.hasConfined(bio);
  }

  /** In the thread that runs it: the one exit of every bio that was accepted. */
  private void carryOut(Bio bio) {
    bio.begun();
    end(bio, bio.isCancelRequested() ? cancelled(bio) : transfer.run(bio));
  }

  /** Lets go of the descriptor first: the bio's owner may close the device when it is told. */
  private void end(Bio bio, @Nullable IOException failure) {
    descriptor.release();
    bio.complete(failure);
  }

  /** Gets a bio back that no thread has begun; the cancelling thread completes it. */
  @Override
  public void cancel(Bio bio, long generation) {
    if (threads.remove(bio, generation)) {
      end(bio, cancelled(bio));
    }
  }

  @Override
  FileOperations operations() {
    return operations;
  }

  @Override
  public void close() throws IOException {
    threads.close();
    descriptor.close();
  }
}
