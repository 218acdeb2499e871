package io.penstock.core.walk;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.CacheHook;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.file.SyncScope;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What happens between a request's last bio and its handler: the result, and everybody who has to
 * be told, in the order of CMP-5.
 */
final class RequestEnd implements EndOfIo {
  private final Terms terms;
  private final Preparation preparation;
  private final Walker walker;
  private final BioSender sender;
  private final Faults faults;
  private final StopControl control;

  private long result;
  private @Nullable IOException error;
  private @Nullable FileRanges uninitialised;

  RequestEnd(
      Terms terms,
      Preparation preparation,
      Walker walker,
      BioSender sender,
      Faults faults,
      StopControl control) {
    this.terms = terms;
    this.preparation = preparation;
    this.walker = walker;
    this.sender = sender;
    this.faults = faults;
    this.control = control;
  }

  /** Carries it all out; nobody else has the request any more. */
  void run() {
    BlockFile file = terms.file();
    settle();
    releaseMemory(file);
    if (preparation.isAdmitted()) {
      tellEndOfIo(file);
    }
    if (terms.isWrite() && sender.sentAny()) {
      invalidateCache(file);
      noteTail(file);
    }
    // only now: the size that the hook has published is what the next partial write must see
    // (ZERO-6)
    preparation.releaseClaim();
    if (terms.isDataSync() && error == null && result > 0) {
      preparation.leaveMapped();
      makeDurable(file);
      preparation.leaveOpen();
    } else {
      preparation.leave();
    }
  }

  /** CMP-1: error of the walk; else of a device; else bytes; else the memory fault; else 0. */
  private void settle() {
    error = null;
    result = 0;
    if (!terms.isWrite()) {
      zeroPastEndOfFile();
    }
    IOException device = faults.deviceError();
    IOException walk = faults.walkError();
    if (walk != null) {
      if (device != null && device != walk) {
        walk.addSuppressed(device);
      }
      error = walk;
    } else if (device != null) {
      error = timedOutInstead(device);
    } else {
      result = terms.isWrite() ? walker.cursor() - terms.position() : bytesRead();
      if (result == 0) {
        error = faults.memoryFault();
      }
    }
  }

  /**
   * WALK-5: what the disk holds behind end of file may be another file's, so it goes whether the
   * read succeeded or not (MEM-5).
   */
  private void zeroPastEndOfFile() {
    long inFile = preparation.sampledSize() - terms.position();
    long walked = walker.cursor() - terms.position();
    if (walked > 0 && walked > inFile) {
      try {
        walker.memory().zero(inFile, walked);
      } catch (RuntimeException closed) {
        // nobody can look into memory that is closed, and what was read has its result or error
      }
    }
  }

  /** Cuts a read at the sampled size (CMP-3). */
  private long bytesRead() {
    long inFile = preparation.sampledSize() - terms.position();
    return inFile <= 0
        ? IoRequest.END_OF_FILE
        : Math.min(walker.cursor() - terms.position(), inFile);
  }

  /**
   * A device that drops a bio because of a timeout says ECANCELED; the request's reason is the
   * timeout.
   */
  private IOException timedOutInstead(IOException device) {
    if (control.isTimedOut()
        && device instanceof BlockIoException block
        && block.is(Errno.ECANCELED)) {
      IOException timedOut = terms.failure(Errno.ETIMEDOUT, "its time has passed");
      timedOut.addSuppressed(device);
      return timedOut;
    }
    return device;
  }

  private void releaseMemory(BlockFile file) {
    Throwable broken = walker.memory().release();
    if (broken != null) {
      file.warnings().warn(file.name(), "a segment source threw on release", broken);
    }
    preparation.leaveRoom();
  }

  private void tellEndOfIo(BlockFile file) {
    FileRanges ranges = faults.uninitialised(file.blockSize());
    uninitialised = ranges.size() == 0 ? null : ranges;
    try {
      file.endOfIo().endOfIo(this);
    } catch (IOException | RuntimeException | Error failure) {
      IOException told = terms.asIo(failure, "end of I/O");
      IOException earlier = error;
      if (earlier == null) {
        error = told;
      } else if (earlier != told) {
        earlier.addSuppressed(told);
      }
    }
  }

  private void invalidateCache(BlockFile file) {
    if (file.cache() == CacheHook.NONE) {
      return;
    }
    try {
      file.cache().invalidate(file, terms.position(), walker.cursor());
    } catch (IOException | RuntimeException | Error failure) {
      file.warnings()
          .warn(
              file.name(),
              "cached pages over the written range "
                  + terms.position()
                  + ".."
                  + walker.cursor()
                  + " may be stale",
              failure);
    }
  }

  /** ZERO-8: what has reached the rest of the block the file ends in must not show later. */
  private void noteTail(BlockFile file) {
    long size = preparation.sampledSize();
    boolean begins = terms.position() >> file.blockShift() <= size >> file.blockShift();
    boolean ours =
        !file.traits().laidOutByDevice()
            && !file.traits().ownInFlightScheme()
            && !file.state().isShared();
    if (error != null && ours && begins && terms.end() > size) {
      file.noteUncleanTail(size);
    }
  }

  private void makeDurable(BlockFile file) {
    try {
      if (sender.needsFlush()) {
        file.syncNow(SyncScope.DATA);
      } else {
        file.throwStickyFailure();
      }
    } catch (IOException failure) {
      error = failure;
    }
  }

  /** Known without a walk: the request was answered at submission (CMP-7). */
  void setKnown(long bytes) {
    result = bytes;
    error = null;
  }

  /** Bytes, {@link IoRequest#END_OF_FILE}, or 0 with an error. */
  long result() {
    return error == null ? result : 0;
  }

  // --- what the end-of-I/O hook is told ---

  @Override
  public BlockFile file() {
    return terms.file();
  }

  @Override
  public boolean isWrite() {
    return terms.isWrite();
  }

  @Override
  public long position() {
    return terms.position();
  }

  @Override
  public long bytes() {
    return error == null ? Math.max(0, result) : 0;
  }

  @Override
  public long sampledSize() {
    return preparation.sampledSize();
  }

  @Override
  public @Nullable Object cookie() {
    return walker.cookie();
  }

  @Override
  public @Nullable IOException error() {
    return error;
  }

  @Override
  public int uninitialisedRanges() {
    FileRanges ranges = uninitialised;
    return ranges == null ? 0 : ranges.size();
  }

  @Override
  public long uninitialisedStart(int index) {
    return ranges().start(index);
  }

  @Override
  public long uninitialisedEnd(int index) {
    return ranges().end(index);
  }

  private FileRanges ranges() {
    FileRanges ranges = uninitialised;
    assert ranges != null;
    return ranges;
  }
}
