package io.penstock.core.walk;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is asked in one use of a request, decided once at submission and never read again from where
 * it came (ADM-9). Positions are bytes of the file.
 */
final class Terms {
  private @Nullable BlockFile file;
  private Direction direction = Direction.READ;
  private boolean write;
  private long position;
  private long end;
  private int unit;
  private IoFlags flags = IoFlags.NONE;
  private boolean noWait;
  private boolean atomic;
  private boolean overwriteOnly;
  private boolean dataSync;
  private boolean waits;
  private boolean blocksBeforeWalk;
  private boolean needsClaim;
  private boolean claimsAlone;
  private long copied;
  private long deadline;
  private @Nullable Thread waiter;

  /**
   * What is asked, at submission and on the submitting thread.
   *
   * @param memoryMayFail whether the walk may find that memory cannot be had (MEM-1)
   * @param copied bytes of it that are copied and need {@linkplain BlockFile#bounceRoom room}
   */
  void set(
      Direction direction,
      BlockFile file,
      long position,
      long count,
      int unit,
      IoFlags flags,
      boolean waits,
      boolean memoryMayFail,
      long copied) {
    setReferences(file, direction, flags);
    this.position = position;
    this.unit = unit;
    write = direction == Direction.WRITE;
    end = position + count;
    noWait = flags.has(IoFlag.NOWAIT);
    atomic = flags.has(IoFlag.ATOMIC);
    overwriteOnly = flags.has(IoFlag.OVERWRITE_ONLY);
    dataSync = isDataSync(direction, file, flags);
    deadline = Bio.NEVER;
    this.copied = copied;
    this.waits = false;
    if (waits) {
      waitHere();
    }
    blocksBeforeWalk = waits || (write && !file.traits().publishesSize() && HandlerQueue.mayWait());
    claimsAlone = write && memoryMayFail && !overwriteOnly && !file.traits().laidOutByDevice();
    needsClaim = write && (claimsAlone || file.state().isShared() || canBePartial());
  }

  /** Whether a request is to be durable before it is reported. */
  static boolean isDataSync(Direction direction, BlockFile file, IoFlags flags) {
    return direction == Direction.WRITE && (file.isDataSync() || flags.has(IoFlag.DATA_SYNC));
  }

  /** Those that change: the collector makes a write of a reference dear. */
  private void setReferences(BlockFile ofFile, Direction inDirection, IoFlags withFlags) {
    if (file != ofFile) {
      file = ofFile;
    }
    if (direction != inDirection) {
      direction = inDirection;
    }
    if (flags != withFlags) {
      flags = withFlags;
    }
  }

  /**
   * From now on the calling thread waits for the request to be done before its submission returns.
   */
  void waitHere() {
    waits = true;
    Thread current = Thread.currentThread();
    if (waiter != current) {
      waiter = current;
    }
  }

  BlockFile file() {
    BlockFile one = file;
    if (one == null) {
      throw new IllegalStateException("this request has not been submitted");
    }
    return one;
  }

  /** The file, or null before the first submission. */
  @Nullable BlockFile fileIfAny() {
    return file;
  }

  Direction direction() {
    return direction;
  }

  boolean isWrite() {
    return write;
  }

  long position() {
    return position;
  }

  /** First byte after the request. */
  long end() {
    return end;
  }

  /** {@code U}, bytes (ADM-3). */
  int unit() {
    return unit;
  }

  boolean isNoWait() {
    return noWait;
  }

  boolean isAtomic() {
    return atomic;
  }

  boolean isOverwriteOnly() {
    return overwriteOnly;
  }

  /** Whether the write is made durable before it is reported. */
  boolean isDataSync() {
    return dataSync;
  }

  /** Whether all has to fit into one mapping and one bio (ADM-12, BIO-9). */
  boolean isSingleBio() {
    return noWait || atomic;
  }

  /**
   * Whether the submission returns only when the request is done: it has no handler, or one that is
   * called at the end of the submission.
   */
  boolean waits() {
    return waits;
  }

  /** Bytes it needs {@linkplain BlockFile#bounceRoom room} for. */
  long copied() {
    return copied;
  }

  /** Has its bios given up so many nanoseconds from now. */
  void expireAfter(long nanos) {
    deadline = Bio.deadlineIn(nanos);
  }

  /** As {@link Bio#deadline()}. */
  long deadline() {
    return deadline;
  }

  /** The thread that waits, while one {@linkplain #waits does}. */
  @Nullable Thread waiter() {
    return waiter;
  }

  /**
   * Whether the submission may wait before the first mapping: only it can hold back a size that its
   * layout does not publish (ADM-8). Never on a device's thread, which others need (CMP-10).
   */
  boolean mayBlockBeforeWalk() {
    return blocksBeforeWalk;
  }

  /**
   * Whether a write claims its blocks before it maps: it can touch some in part (ZERO-6), another
   * handle of the file can (FILE-6), or it may have to zero some that it had allocated (MEM-1).
   */
  boolean needsClaim() {
    return needsClaim;
  }

  /** Whether it has all of them to itself: its memory may fail, and it zeroes them then (MEM-1). */
  boolean claimsAlone() {
    return claimsAlone;
  }

  /** Whether a write can touch blocks in part; OVERWRITE_ONLY does without claims (ZERO-6). */
  boolean canBePartial() {
    BlockFile one = file();
    return one.blockSize() > one.limits().logicalBlock() && !overwriteOnly;
  }

  BlockIoException failure(Errno errno, String detail) {
    return new BlockIoException(
        errno, direction.word(), file().name(), position, end - position, detail);
  }

  /** {@code failure} itself if it is an {@code IOException}, else one that says what threw it. */
  IOException asIo(Throwable failure, String what) {
    if (failure instanceof IOException io) {
      return io;
    }
    return new BlockIoException(
        Errno.EIO.number(),
        what,
        file().name(),
        position,
        end - position,
        "it threw " + failure,
        failure);
  }

  @Override
  public String toString() {
    BlockFile one = file;
    return direction.word()
        + ' '
        + (one == null ? "?" : one.name())
        + " at "
        + position
        + " length "
        + (end - position)
        + " flags "
        + flags;
  }
}
