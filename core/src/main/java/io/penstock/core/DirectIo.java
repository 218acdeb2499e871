package io.penstock.core;

import io.penstock.core.admission.Admission;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import io.penstock.core.walk.RequestWalk;
import io.penstock.core.walk.Truncation;
import io.penstock.core.walk.WalkPool;
import java.io.IOException;

/**
 * The front door of the engine: direct I/O on {@link BlockFile}s.
 *
 * <p>Positions, lengths and results are bytes. Position and segment lengths must be multiples of
 * the file's block size or of its device's logical block (ADM-3). All methods may be called from
 * any thread; a synchronous one parks a virtual thread rather than its carrier unless the device
 * works in the calling thread.
 *
 * <p>A refused request (bad alignment, closed file, memory of another thread) is refused by an
 * exception from the submitting call, asynchronous or not, before anything has happened, and the
 * handler is not called (ADM-5).
 */
public final class DirectIo {
  private static final WalkPool POOL = new WalkPool();

  private DirectIo() {}

  /**
   * Reads synchronously.
   *
   * @return bytes read: less than asked only at end of file; {@link IoRequest#END_OF_FILE} when the
   *     position is at or past it
   * @throws IOException with the device's or the layout's error number; the memory's contents are
   *     then unspecified
   */
  public static long read(BlockFile file, IoVector memory, long position) throws IOException {
    return read(file, memory, position, IoFlags.NONE);
  }

  /** Reads synchronously, with flags. */
  public static long read(BlockFile file, IoVector memory, long position, IoFlags flags)
      throws IOException {
    return transfer(Direction.READ, file, memory, position, flags);
  }

  /**
   * Writes synchronously.
   *
   * @return bytes written; less than asked only where the layout does not fill holes directly
   *     (WALK-4) or memory failed half-way (MEM-3)
   * @throws IOException with the device's or the layout's error number; how much of the range was
   *     written is then unspecified
   */
  public static long write(BlockFile file, IoVector memory, long position) throws IOException {
    return write(file, memory, position, IoFlags.NONE);
  }

  /** Writes synchronously, with flags. */
  public static long write(BlockFile file, IoVector memory, long position, IoFlags flags)
      throws IOException {
    return transfer(Direction.WRITE, file, memory, position, flags);
  }

  private static long transfer(
      Direction direction, BlockFile file, IoVector memory, long position, IoFlags flags)
      throws IOException {
    HandlerQueue own = HandlerQueue.current();
    own.requireMayWait("a synchronous request");
    RequestWalk walk = POOL.take(own);
    try {
      return walk.runAndWait(direction, file, memory, position, flags);
    } finally {
      POOL.giveBack(walk, own);
    }
  }

  /**
   * The unit {@code U}, bytes, that a request with this memory would be walked in (ADM-3). Does
   * nothing else: for those who want to know beforehand.
   *
   * @throws IOException EINVAL when the request would be refused: position or a segment's length is
   *     no multiple of the device's logical block
   */
  public static int unit(BlockFile file, Direction direction, IoVector memory, long position)
      throws IOException {
    return Admission.unit(file, direction, memory, position);
  }

  /** A request to be used for asynchronous I/O, again and again. */
  public static IoRequest newRequest() {
    return new RequestWalk();
  }

  /**
   * Reads or writes asynchronously: {@code handler} is told of the end, exactly once, possibly
   * before this returns.
   *
   * @param request not in flight; made by {@link #newRequest()}
   * @param memory the engine's until the handler is called
   * @return the generation of this use of the request, for {@link IoRequest#cancel(long)}
   * @throws IOException when the request is refused; the handler is not called then
   */
  public static long submit(
      IoRequest request,
      Direction direction,
      BlockFile file,
      IoVector memory,
      long position,
      IoFlags flags,
      IoHandler handler)
      throws IOException {
    if (!(request instanceof RequestWalk walk)) {
      throw new IllegalArgumentException(
          "request " + request + " was not made by DirectIo.newRequest()");
    }
    return walk.submit(direction, file, memory, position, flags, handler);
  }

  /**
   * Sets the size of a file, waiting for requests in flight. Shrinking into the middle of a block
   * zeroes the rest of that block on the device (ZERO-8), then has the layout free the blocks
   * beyond. The caller holds the file's lock if its layout is a locking one.
   */
  public static void truncate(BlockFile file, long newSize) throws IOException {
    Truncation.truncate(file, newSize);
  }
}
