package io.penstock.linux;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.MemoryKind;
import io.penstock.core.memory.PooledBuffer;
import io.penstock.linux.abi.Errno;
import io.penstock.linux.abi.IoVec;
import io.penstock.linux.abi.TransferFlags;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Carries out bios by positional calls, whole or not at all. Thread-safe; allocates nothing where
 * all goes well.
 *
 * <p>Pieces of memory that the engine holds go down by address, several of them in one call.
 * Borrowed pieces go one by one, each as the segment itself: the call holds its arena open, and an
 * arena closed before is an error, never a stray transfer (MEM-4). Flags of a call travel with a
 * vector, which holds nothing open, so borrowed memory does without them:
 *
 * <ul>
 *   <li>forced unit access becomes a data sync after the last piece;
 *   <li>an atomic or a no-wait transfer goes through a pooled buffer. So does an atomic write of
 *       several pieces: the kernel takes it from one piece of memory only.
 * </ul>
 */
final class BioTransfer {
  private final String subject;
  private final PositionalCalls calls;
  private final RunTransfer runs;
  private final IoVecPool vectors = new IoVecPool();

  /**
   * Transfers on one file.
   *
   * @param subject path of the file, for messages
   * @param block {@code L}, bytes
   * @param memory alignment of addresses, bytes
   * @param fixedSize whether it is a block device
   */
  BioTransfer(String subject, PositionalCalls calls, int block, int memory, boolean fixedSize) {
    this.subject = subject;
    this.calls = calls;
    runs = new RunTransfer(subject, calls, block, memory, fixedSize);
  }

  /** Transfers on a file of a device with these limits. */
  static BioTransfer of(HostFile file, PositionalCalls calls, QueueLimits limits) {
    return new BioTransfer(
        file.name(), calls, limits.logicalBlock(), limits.memoryAlignment(), file.isBlockDevice());
  }

  /** Flags that the kernel or the file does not know, to be done without. */
  int refusedFlags() {
    return runs.refusedFlags();
  }

  /**
   * Where the file ends, if that is why a read of this bio moved so few bytes; else -1. Does not
   * wait for the disk.
   */
  long endAfter(Bio bio, long moved) {
    return runs.endAfter(bio, moved);
  }

  /** Ends a read at the end of the file: null, or why there is nothing to read. */
  @Nullable IOException fillAfterEnd(Bio bio, long size) {
    return runs.endOfFile(bio, size);
  }

  /** Moves all bytes of a bio; returns null, or why it could not. Never throws. */
  @Nullable IOException run(Bio bio) {
    return run(bio, 0);
  }

  /**
   * Moves all bytes of a bio of which some were moved before, from its beginning; as {@link #run}.
   * It may wait: an EAGAIN would be taken for "nothing was changed".
   */
  @Nullable IOException finish(Bio bio) {
    return run(bio, TransferFlags.RWF_NOWAIT);
  }

  private @Nullable IOException run(Bio bio, int without) {
    try {
      int refused;
      IOException failure;
      do {
        refused = runs.refusedFlags();
        failure = runOnce(bio, refused | without);
      } while (failure != null && refused != runs.refusedFlags());
      return failure;
    } catch (RuntimeException closed) {
      return BioFailure.ofMemory(bio, subject, closed);
    } catch (Error broken) {
      return BioFailure.ofThrown(bio, subject, broken);
    }
  }

  private @Nullable IOException runOnce(Bio bio, int refused) {
    boolean borrowed = hasBorrowed(bio);
    boolean noWait = bio.isNoWait() && (refused & TransferFlags.RWF_NOWAIT) == 0;
    boolean atomic = bio.isWrite() && bio.isAtomic();
    boolean durable = bio.isWrite() && bio.isForcedUnitAccess();
    boolean buffered = borrowed ? atomic || noWait : atomic && bio.pieces() > 1;
    boolean syncsLast =
        durable && ((borrowed && !buffered) || (refused & TransferFlags.RWF_DSYNC) != 0);

    int flags = noWait ? TransferFlags.RWF_NOWAIT : 0;
    flags |= atomic ? TransferFlags.RWF_ATOMIC : 0;
    flags |= durable && !syncsLast ? TransferFlags.RWF_DSYNC : 0;
    IOException failure = buffered ? throughBuffer(bio, flags) : runPieces(bio, flags);
    return failure == null && syncsLast ? dataSync(bio) : failure;
  }

  /** Whether a piece lies in memory that others may close meanwhile. */
  static boolean hasBorrowed(Bio bio) {
    for (int i = 0; i < bio.pieces(); i++) {
      if (bio.isBorrowed(i)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a piece lies in memory that only the calling thread may touch. */
  static boolean hasConfined(Bio bio) {
    for (int i = 0; i < bio.pieces(); i++) {
      if (bio.isBorrowed(i) && MemoryKind.of(bio.segment(i)) == MemoryKind.CONFINED) {
        return true;
      }
    }
    return false;
  }

  /** Borrowed pieces one by one, what lies between them together. */
  private @Nullable IOException runPieces(Bio bio, int flags) {
    long start = 0;
    int first = 0;
    while (first < bio.pieces()) {
      int end = first + 1;
      long length = bio.pieceLength(first);
      if (!bio.isBorrowed(first)) {
        while (end < bio.pieces() && !bio.isBorrowed(end)) {
          length += bio.pieceLength(end++);
        }
      }
      IOException failure =
          end - first == 1 && flags == 0
              ? runs.move(bio, first, null, start, length, 0)
              : moveVector(bio, first, end, start, length, flags);
      if (failure != null) {
        return failure;
      }
      start += length;
      first = end;
    }
    return null;
  }

  private @Nullable IOException moveVector(
      Bio bio, int first, int end, long start, long length, int flags) {
    IoVec vector = vectors.take();
    try {
      for (int i = first; i < end; i++) {
        assert !bio.isBorrowed(i) : "a vector holds nothing open";
        vector.add(bio.pieceAddress(i), bio.pieceLength(i));
      }
      return runs.move(bio, first, vector, start, length, flags);
    } finally {
      vectors.giveBack(vector);
    }
  }

  private @Nullable IOException dataSync(Bio bio) {
    long result;
    do {
      result = calls.dataSync();
    } while (result == -Errno.EINTR);
    return result < 0 ? BioFailure.ofKernel(bio, subject, (int) -result) : null;
  }

  // --- through a buffer ---

  /** The length of a bio, {@link BufferPool#MAX_BYTES} at most, is limited by the device. */
  private @Nullable IOException throughBuffer(Bio bio, int flags) {
    try (PooledBuffer pooled = BufferPool.shared().takeNow(bio.length())) {
      MemorySegment buffer = pooled.segment();
      Bio copy = new Bio((done, failure) -> {});
      copy.begin(
          bio.direction(),
          Objects.requireNonNull(bio.device()),
          bio.deviceOffset(),
          bio.fileOffset());
      copy.add(buffer, 0, bio.length(), false, bio.length());
      if (bio.isWrite()) {
        copyPieces(bio, buffer);
      }
      IOException failure = moveVector(copy, 0, 1, 0, bio.length(), flags);
      if (failure == null && !bio.isWrite()) {
        copyBack(buffer, bio);
      }
      return failure;
    }
  }

  private static void copyPieces(Bio bio, MemorySegment buffer) {
    long at = 0;
    for (int i = 0; i < bio.pieces(); i++) {
      MemorySegment.copy(bio.segment(i), bio.pieceOffset(i), buffer, at, bio.pieceLength(i));
      at += bio.pieceLength(i);
    }
  }

  private static void copyBack(MemorySegment buffer, Bio bio) {
    long at = 0;
    for (int i = 0; i < bio.pieces(); i++) {
      MemorySegment.copy(buffer, at, bio.segment(i), bio.pieceOffset(i), bio.pieceLength(i));
      at += bio.pieceLength(i);
    }
  }
}
