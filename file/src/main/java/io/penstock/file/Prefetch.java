package io.penstock.file;

import io.penstock.core.bio.Direction;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.PooledBuffer;
import io.penstock.core.request.IoFlags;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * What one handle has read before somebody asked for it (FILE-7). Positions and lengths are bytes.
 *
 * <p><b>Never stale.</b> A range is listed here before it is read. A write of any handle drops what
 * it overlaps after its bytes are on the device and before it is reported. So either the write has
 * found the range and dropped it, or the range was read after the write; and whoever reads after
 * the report of a write finds nothing older here. A change of the file's size drops everything.
 *
 * <p>Only bytes that were read are given out, never the end of the file. Thread-safe.
 */
final class Prefetch {
  /** Most bytes kept, in flight or not. */
  static final long MOST_BYTES = 16L << 20;

  /** Most bytes of one range. */
  static final int PIECE = 1 << 20;

  /** What {@link #take} says when the file has to be asked. */
  static final long UNKNOWN = Long.MIN_VALUE;

  private final FileTransfers file;
  private final BufferPool pool;

  /** Oldest first; guarded by this. */
  private final ArrayDeque<PrefetchedRange> ranges = new ArrayDeque<>();

  /** Bytes of the pool that the ranges have; guarded by this. */
  private long held;

  /** Number of ranges, for those who only want to know whether there are any. */
  private volatile int count;

  Prefetch(FileTransfers file, BufferPool pool) {
    this.file = file;
    this.pool = pool;
  }

  /**
   * Begins to read a range in pieces; does not wait.
   *
   * @return bytes from the position on that are here or on their way
   */
  long start(long position, long length) throws IOException {
    if (position < 0 || length < 0) {
      throw new IllegalArgumentException(
          "position " + position + " and length " + length + " must not be negative");
    }
    file.requireOpen();
    long block = file.block();
    long end =
        Math.min(
            file.sizeNow(),
            length > Long.MAX_VALUE - position ? Long.MAX_VALUE : position + length);
    if (position >= end) {
      return 0;
    }
    long at = position & -block;
    while (at < end) {
      long rest = end - at;
      long piece = rest >= PIECE ? PIECE : rest + block - 1 & -block;
      if (!startPiece(at, piece)) {
        break;
      }
      at += piece;
    }
    return Math.max(0, Math.min(at, end) - position);
  }

  private boolean startPiece(long at, long length) throws IOException {
    PrefetchedRange range = list(at, length);
    if (range == null) {
      return isHere(at, length);
    }
    try {
      file.submit(DirectFile.newRequest(), Direction.READ, range.vector, at, IoFlags.NONE, range);
    } catch (IOException | RuntimeException | Error refused) {
      range.end(0);
      throw refused;
    }
    return true;
  }

  /** A new range, listed; null when it is here already or there is no room for it. */
  private synchronized @Nullable PrefetchedRange list(long at, long length) {
    if (isHere(at, length) || !makeRoom(BufferPool.MIN_BYTES)) {
      return null;
    }
    PooledBuffer buffer = pool.tryTake(length);
    if (buffer == null) {
      return null;
    }
    if (!makeRoom(buffer.segment().byteSize())) {
      buffer.close();
      return null;
    }
    PrefetchedRange range = new PrefetchedRange(this, at, length, buffer);
    ranges.add(range);
    count = ranges.size();
    held += range.held();
    return range;
  }

  private synchronized boolean isHere(long at, long length) {
    return find(at, length) != null;
  }

  private @Nullable PrefetchedRange find(long position, long length) {
    for (PrefetchedRange each : ranges) {
      if (each.covers(position, length)) {
        return each;
      }
    }
    return null;
  }

  /** Drops ranges that were read, oldest first, for so many bytes more. */
  private boolean makeRoom(long bytes) {
    Iterator<PrefetchedRange> each = ranges.iterator();
    while (held > MOST_BYTES - bytes && each.hasNext()) {
      PrefetchedRange range = each.next();
      if (range.isDone) {
        each.remove();
        dropped(range);
      }
    }
    return held <= MOST_BYTES - bytes;
  }

  /** It was removed from the list. */
  private void dropped(PrefetchedRange range) {
    range.isKept = false;
    count = ranges.size();
    held -= range.held();
    letGo(range);
  }

  private static void letGo(PrefetchedRange range) {
    if (--range.users == 0) {
      range.buffer.close();
    }
  }

  /** A range was read, or could not be: then it is as if it had not been asked for. */
  synchronized void ended(PrefetchedRange range, long bytes) {
    range.isDone = true;
    range.bytes = bytes;
    if (bytes == 0 && range.isKept) {
      ranges.remove(range);
      dropped(range);
    }
    letGo(range);
  }

  /** The bytes from {@code from} to {@code to} have changed. */
  void invalidate(long from, long to) {
    if (count > 0) {
      dropOverlapping(from, to);
    }
  }

  private synchronized void dropOverlapping(long from, long to) {
    Iterator<PrefetchedRange> each = ranges.iterator();
    while (each.hasNext()) {
      PrefetchedRange range = each.next();
      if (range.overlaps(from, to)) {
        each.remove();
        dropped(range);
      }
    }
  }

  /**
   * Copies what was prefetched, waiting for it if it is on its way.
   *
   * @return the bytes of the memory, or {@link #UNKNOWN} when not all of them are here
   */
  long take(IoVector memory, long position) {
    long total = memory.total();
    if (count == 0
        || total == 0
        || position < 0
        || total > Long.MAX_VALUE - position
        || memory.source() != null
        || memory.isReadOnly()
        || file.direct().isClosed()) {
      return UNKNOWN;
    }
    HandlerQueue.forbidWaiting("a blocking read");
    PrefetchedRange range = use(position, total);
    if (range == null) {
      return UNKNOWN;
    }
    HandlerQueue.current().unplug();
    range.await();
    boolean copied = false;
    try {
      copied = copy(range, memory, position);
    } finally {
      unuse(range, copied ? total : 0);
    }
    return copied ? total : UNKNOWN;
  }

  private synchronized @Nullable PrefetchedRange use(long position, long length) {
    PrefetchedRange range = find(position, length);
    if (range != null) {
      range.users++;
    }
    return range;
  }

  private boolean copy(PrefetchedRange range, IoVector memory, long position) {
    long total = memory.total();
    synchronized (this) {
      boolean isThere =
          position + total <= Math.min(range.start + range.bytes, file.state().size());
      if (!range.isKept || !isThere) {
        return false;
      }
    }
    try {
      VectorBytes.copyIn(range.memory(), position - range.start, memory, 0, total);
      return true;
    } catch (IllegalStateException | WrongThreadException refused) {
      return false; // memory that cannot be touched: the engine has the words for it
    }
  }

  private synchronized void unuse(PrefetchedRange range, long taken) {
    range.taken += taken;
    if (range.isKept && range.taken >= range.bytes) {
      ranges.remove(range);
      dropped(range);
    }
    letGo(range);
  }

  /** Bytes of the pool that it has. */
  synchronized long held() {
    return held;
  }
}
