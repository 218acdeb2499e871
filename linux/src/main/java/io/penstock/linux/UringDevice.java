package io.penstock.linux;

import io.penstock.core.bio.Bio;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.device.BioCheck;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.ClosedFileException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.BufferPool;
import io.penstock.linux.abi.IoVec;
import io.penstock.linux.abi.RingEntry;
import io.penstock.linux.abi.TransferFlags;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A file or block device of the host, by io_uring on a descriptor opened with {@code O_DIRECT}.
 * Thread-safe.
 *
 * <p><b>Where a bio runs.</b> A {@linkplain Bio#isSynchronous() synchronous} one of a platform
 * thread in that thread, by a positional call: nothing is faster for one operation. Any other one
 * in the ring of the device's {@link RingLoop}, where it takes no thread; the loop's own thread
 * puts it there directly, others hand it over. Files and memory of {@link
 * io.penstock.core.memory.IoArena}s are registered with the ring when they are first used.
 *
 * <p><b>What does not go smoothly in the ring</b> is carried out by positional calls in a thread of
 * the device, from the beginning: a short transfer that is not the end of the file, a flag that the
 * file does not know, memory that only a segment may name (MEM-4).
 *
 * <p><b>Closing</b> cuts nothing off: what was submitted before is carried out, and the descriptor
 * closed after it. What comes later ends with {@link ClosedFileException}.
 */
final class UringDevice extends LinuxDevice {
  /** Name of its provider. */
  static final String PROVIDER = "uring";

  private static final int MOST_THREADS = 128;
  private static final long MOST_BYTES = BufferPool.MAX_BYTES;

  /** {@link Bio#deviceTag} of a bio of which a part was moved already. */
  private static final long BEGUN = -1;

  private static final int NOT_TRIED = -2;

  private final RingLoop loop;
  private final boolean shared;
  private final int number;
  private final Runnable whenClosed;
  private final BioTransfer transfer;
  private final BioThreads threads;
  private final FileOperations operations;

  /** Registered place of the descriptor; of the loop's thread. */
  private int place = NOT_TRIED;

  /**
   * Takes a file over.
   *
   * @param loop whose ring it uses
   * @param shared whether a thread of ours drives the loop
   * @param whenClosed run once, when nothing uses the loop any more
   */
  UringDevice(
      HostFile file,
      PositionalCalls calls,
      RingLoop loop,
      boolean shared,
      int depth,
      Runnable whenClosed) {
    super(file, HostLimits.of(file, MOST_BYTES));
    this.loop = loop;
    this.shared = shared;
    this.whenClosed = whenClosed;
    transfer = BioTransfer.of(file, calls, limits);
    threads = new BioThreads(file.name(), Math.min(depth, MOST_THREADS), this::carryOut);
    operations = new FileOperations(file, threads, shared ? loop : null);
    number = loop.add(this);
    descriptor.beforeClose(this::leaveLoop);
  }

  /** Takes over a file that {@link HostOpener} opened. */
  static UringDevice of(
      HostFile file, RingLoop loop, boolean shared, OpenMode mode, Runnable whenClosed) {
    return new UringDevice(
        file, new DescriptorCalls(file.descriptor().fd()), loop, shared, mode.depth(), whenClosed);
  }

  @Override
  public String provider() {
    return PROVIDER;
  }

  // --- submission, on any thread ---

  @Override
  public void submit(Bio bio) {
    if (!descriptor.acquire()) {
      bio.complete(new ClosedFileException(file.name()));
      return;
    }
    IOException violation = BioCheck.violation(bio, limits, size, file.name());
    if (violation != null) {
      end(bio, violation);
      return;
    }
    bio.deviceTag(number);
    if (bio.isSynchronous()) {
      submitForWaiter(bio);
    } else if (isForRing(bio)) {
      toRing(bio);
    } else {
      toThread(bio);
    }
  }

  /** Bios of one call wake the loop once. */
  @Override
  public void submit(Bio[] bios, int from, int to) {
    HandlerQueue queue = HandlerQueue.current();
    queue.open();
    try {
      for (int i = from; i < to; i++) {
        submit(bios[i]);
      }
    } finally {
      queue.close();
    }
  }

  private void submitForWaiter(Bio bio) {
    if (!Thread.currentThread().isVirtual()) {
      carryOut(bio);
    } else if (BioTransfer.hasBorrowed(bio)) {
      if (BioTransfer.hasConfined(bio)) {
        carryOut(bio);
      } else {
        toThread(bio);
      }
    } else if (shared && isForRing(bio)) {
      toRing(bio);
    } else {
      toThread(bio);
    }
  }

  /** Whether the ring can carry a bio out as it is. */
  private boolean isForRing(Bio bio) {
    return (flagsOf(bio) & transfer.refusedFlags()) == 0
        && !(bio.isAtomic() && bio.pieces() > 1)
        && loop.death() == null;
  }

  private void toRing(Bio bio) {
    loop.submit(bio);
    if (!loop.isOwner() && !HandlerQueue.current().plug(loop)) {
      loop.unplug();
    }
  }

  private void toThread(Bio bio) {
    if (!threads.add(bio)) {
      end(bio, failure(bio, Errno.ENOMEM, "no thread can be begun; raise the limit (ulimit -u)"));
    }
  }

  /** In a thread that may wait. */
  private void carryOut(Bio bio) {
    bio.begun();
    if (bio.deviceTag() == BEGUN) {
      end(bio, transfer.finish(bio));
    } else {
      end(bio, bio.isCancelRequested() ? cancelled(bio) : transfer.run(bio));
    }
  }

  @Override
  public void cancel(Bio bio, long generation) {
    if (threads.remove(bio, generation)) {
      end(bio, cancelled(bio));
    } else {
      loop.cancel(bio, generation);
    }
  }

  // --- on the loop's thread ---

  /** Fills the entry of a bio that is put into the ring. */
  void fill(Ring ring, RingBuffers buffers, IoVecPool vectors, RingOperation operation) {
    Bio bio = operation.bio();
    int flags = operation.isTimed() ? RingEntry.FLAG_IO_LINK : 0;
    int fd = place;
    if (fd == NOT_TRIED) {
      place = loop.addFile(descriptor.fd());
      fd = place;
    }
    if (fd >= 0) {
      flags |= RingEntry.FLAG_FIXED_FILE;
    } else {
      fd = descriptor.fd();
    }
    boolean write = bio.isWrite();
    long address;
    int length;
    int opcode;
    int buffer = RingBuffers.NONE;
    if (bio.pieces() == 1) {
      address = bio.pieceAddress(0);
      length = (int) bio.pieceLength(0);
      buffer = buffers.placeOf(bio.segment(0), address, length);
      if (buffer == RingBuffers.NONE) {
        opcode = write ? RingEntry.OP_WRITE : RingEntry.OP_READ;
      } else {
        opcode = write ? RingEntry.OP_WRITE_FIXED : RingEntry.OP_READ_FIXED;
      }
    } else {
      IoVec vector = operation.fillVector(vectors);
      address = vector.pending().address();
      length = vector.count();
      opcode = write ? RingEntry.OP_WRITEV : RingEntry.OP_READV;
    }
    ring.add(
        opcode,
        flags,
        fd,
        bio.deviceOffset(),
        address,
        length,
        flagsOf(bio),
        Math.max(buffer, 0),
        operation.userData());
  }

  private static int flagsOf(Bio bio) {
    int flags = bio.isNoWait() ? TransferFlags.RWF_NOWAIT : 0;
    if (bio.isWrite()) {
      flags |= bio.isAtomic() ? TransferFlags.RWF_ATOMIC : 0;
      flags |= bio.isForcedUnitAccess() ? TransferFlags.RWF_DSYNC : 0;
    }
    return flags;
  }

  /**
   * A bio has come out of the ring.
   *
   * @param result bytes, or {@code -errno}
   * @param expired whether its time has passed if it was cancelled
   * @return whether it is complete; false when a thread goes on with it
   */
  boolean finish(Bio bio, int result, boolean expired) {
    if (result == bio.length()) {
      end(bio, null);
      return true;
    }
    if (result >= 0) {
      return finishShort(bio, result);
    }
    return switch (-result) {
      case io.penstock.linux.abi.Errno.ECANCELED -> {
        end(
            bio,
            expired
                ? failure(bio, Errno.ETIMEDOUT, "its time has passed in the ring")
                : failure(bio, Errno.ECANCELED, "cancelled in the ring"));
        yield true;
      }
      case io.penstock.linux.abi.Errno.EAGAIN,
          io.penstock.linux.abi.Errno.EINTR,
          io.penstock.linux.abi.Errno.EOPNOTSUPP -> {
        boolean ends = bio.isNoWait() && -result == io.penstock.linux.abi.Errno.EAGAIN;
        if (ends) {
          end(bio, BioFailure.ofKernel(bio, file.name(), -result));
        } else {
          toThread(bio);
        }
        yield ends;
      }
      default -> {
        end(bio, BioFailure.ofKernel(bio, file.name(), -result));
        yield true;
      }
    };
  }

  private boolean finishShort(Bio bio, int moved) {
    long size = bio.isWrite() ? -1 : transfer.endAfter(bio, moved);
    if (size >= 0) {
      end(bio, transfer.fillAfterEnd(bio, size));
      return true;
    }
    bio.deviceTag(BEGUN);
    toThread(bio);
    return false;
  }

  /** Lets go of the descriptor first: the bio's owner may close the device when it is told. */
  void end(Bio bio, @Nullable IOException failure) {
    descriptor.release();
    bio.complete(failure);
  }

  IOException lost(Bio bio, IOException cause) {
    IOException told =
        failure(bio, Errno.EIO, "its ring has failed while it was in flight; try it again");
    told.addSuppressed(cause);
    return told;
  }

  // --- the file as a whole ---

  @Override
  FileOperations operations() {
    return operations;
  }

  /** A file that is registered stays open in the kernel: nothing of it is in the ring any more. */
  private void leaveLoop() {
    CountDownLatch left = new CountDownLatch(1);
    boolean mayWait =
        loop.execute(
            () -> {
              if (place >= 0) {
                loop.removeFile(place);
              }
              loop.remove(number);
              left.countDown();
            });
    if (mayWait) {
      Detour.await(left);
    }
    whenClosed.run();
  }

  @Override
  public void close() throws IOException {
    threads.close();
    descriptor.close();
  }
}
