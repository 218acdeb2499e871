package io.penstock.linux;

import io.penstock.core.bio.Bio;
import io.penstock.linux.abi.Errno;
import io.penstock.linux.abi.IoVec;
import io.penstock.linux.abi.TransferFlags;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Moves a run of a bio's pieces: one piece, or a vector of several, by one call if all goes well,
 * and by more after short transfers. Thread-safe. Positions and lengths are bytes.
 */
final class RunTransfer {
  /** Calls in a row that may move nothing before that is an error. */
  private static final int MOST_STALLS = 8;

  private final String subject;
  private final PositionalCalls calls;
  private final int block;
  private final int step;
  private final boolean fixedSize;

  /** Flags that the kernel or the file does not know, to be done without. */
  private volatile int refusedFlags;

  /**
   * Transfers on one file.
   *
   * @param subject path of the file, for messages
   * @param block {@code L}, to which positions and lengths are aligned
   * @param memory alignment of addresses
   * @param fixedSize whether it is a block device
   */
  RunTransfer(String subject, PositionalCalls calls, int block, int memory, boolean fixedSize) {
    this.subject = subject;
    this.calls = calls;
    this.block = block;
    this.fixedSize = fixedSize;
    step = Math.max(block, memory);
  }

  /** Flags to be done without; a call that fails for one adds it. Nothing was moved then. */
  int refusedFlags() {
    return refusedFlags;
  }

  /**
   * Moves one run.
   *
   * <p>Exits: (1) all is moved; (2) a read came to the end of the file; (3) the kernel refuses; (4)
   * it moves nothing, again and again.
   *
   * @param piece the first piece of the run, and the only one if there is no vector
   * @param vector the pieces of the run, or null for one piece without flags
   * @param start where the run begins in the bio
   * @param length of the run
   * @param wantedFlags {@code RWF_…}
   * @return null if all is moved, or the failure
   */
  @Nullable IOException move(
      Bio bio, int piece, @Nullable IoVec vector, long start, long length, int wantedFlags) {
    int flags = wantedFlags;
    long done = 0;
    int stalls = 0;
    while (true) {
      long moved = call(bio, piece, vector, start, done, flags);
      if (moved == length - done) {
        return null;
      }
      if (moved == -Errno.EINTR) {
        continue;
      }
      if (moved < 0) {
        noteRefused((int) -moved, flags);
        return BioFailure.ofKernel(bio, subject, (int) -moved);
      }
      long reached = start + done + moved;
      if (!bio.isWrite() && mayBeTheEnd(moved)) {
        long size = endAfter(bio, reached);
        if (size >= 0) {
          return endOfFile(bio, size);
        }
      }
      // What was moved past the last whole step is moved again: after 5000 bytes of 8192, with a
      // step of 4096, it goes on at 4096.
      long whole = (done + moved) / step * step - done;
      if (whole > 0) {
        stalls = 0;
        done += whole;
        if (vector != null) {
          vector.advance(whole);
        }
        // It has begun: an EAGAIN from here on would be taken for "nothing was changed".
        flags &= ~TransferFlags.RWF_NOWAIT;
      } else if (++stalls == MOST_STALLS) {
        return stalled(bio, reached);
      }
    }
  }

  private long call(Bio bio, int piece, @Nullable IoVec vector, long start, long done, int flags) {
    long position = bio.deviceOffset() + start + done;
    if (vector != null) {
      return bio.isWrite()
          ? calls.write(vector, position, flags)
          : calls.read(vector, position, flags);
    }
    assert flags == 0 : "flags need a vector";
    if (bio.isBorrowed(piece)) {
      MemorySegment memory = borrowed(bio, piece, done);
      return bio.isWrite() ? calls.write(memory, position) : calls.read(memory, position);
    }
    long address = bio.pieceAddress(piece) + done;
    long length = bio.pieceLength(piece) - done;
    return bio.isWrite()
        ? calls.write(address, length, position)
        : calls.read(address, length, position);
  }

  private static MemorySegment borrowed(Bio bio, int piece, long done) {
    MemorySegment segment = bio.segment(piece);
    long length = bio.pieceLength(piece) - done;
    return length == segment.byteSize()
        ? segment
        : segment.asSlice(bio.pieceOffset(piece) + done, length);
  }

  /** Notes a flag that is not known here and can be done without; an atomic write cannot. */
  private void noteRefused(int errno, int flags) {
    if (errno == Errno.EOPNOTSUPP || errno == Errno.ENOSYS) {
      int noWait = flags & TransferFlags.RWF_NOWAIT;
      boolean atomic = (flags & TransferFlags.RWF_ATOMIC) != 0;
      refusedFlags |= noWait != 0 || atomic ? noWait : flags & TransferFlags.RWF_DSYNC;
    }
  }

  /** Where the file ends, if that is within the first {@code reached} bytes of a read; else -1. */
  long endAfter(Bio bio, long reached) {
    long size = mayBeTheEnd(reached) ? calls.size() : -1;
    return size >= 0 && size <= bio.deviceOffset() + reached ? size : -1;
  }

  private boolean mayBeTheEnd(long moved) {
    return moved == 0 || moved % block != 0;
  }

  /**
   * The file ends inside the bio. What follows the end in its last logical block becomes zeros, so
   * that a partial block can be read like any other (WALK-5); a block wholly beyond the end was
   * never there, and to make it up would turn a file cut by somebody else into zeros.
   *
   * <p>L=4096, the file ends at 5000: a read of 4096..8192 gets 904 bytes and 3192 zeros, a read of
   * 4096..12288 an error.
   */
  @Nullable IOException endOfFile(Bio bio, long size) {
    if (fixedSize || bio.deviceEnd() > Math.ceilDiv(size, block) * block) {
      return BioFailure.of(
          bio,
          subject,
          io.penstock.core.error.Errno.EIO,
          (fixedSize ? "the device" : "the file")
              + " ends at byte "
              + size
              + ": it has become shorter than the engine was told; do not cut it while it is open");
    }
    zeroFrom(bio, size - bio.deviceOffset());
    return null;
  }

  private static void zeroFrom(Bio bio, long from) {
    long start = 0;
    for (int i = 0; i < bio.pieces(); i++) {
      long length = bio.pieceLength(i);
      long low = Math.max(0, from - start);
      if (low < length) {
        bio.segment(i).asSlice(bio.pieceOffset(i) + low, length - low).fill((byte) 0);
      }
      start += length;
    }
  }

  private IOException stalled(Bio bio, long reached) {
    return BioFailure.of(
        bio,
        subject,
        io.penstock.core.error.Errno.EIO,
        "the kernel moved "
            + reached
            + " bytes and then no more; see the kernel's log (dmesg) for the cause");
  }
}
