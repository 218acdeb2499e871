package io.penstock.core.walk;

import io.penstock.core.bio.Direction;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.MemoryKind;
import io.penstock.core.memory.SegmentSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a request is in its caller's memory. Holds the {@link IoArena}s open from the beginning,
 * takes each segment as the walk comes to it, and releases all of them once, at the end (MEM-4). A
 * segment that cannot be had is a memory fault (MEM-1).
 */
final class MemoryCursor {
  private @Nullable IoVector vector;
  private Direction direction = Direction.READ;
  private int taken;
  private int index;

  /** Segments, from the first on, whose arenas are held open. */
  private int held;

  /** The first segment whose arena was closed before, or a number past the last. */
  private int failsAt;

  private boolean mayFail;
  private long offset;
  private long length;
  private @Nullable MemorySegment segment;
  private MemoryKind kind = MemoryKind.COLLECTED;

  /**
   * Segments from a source, kept because the end of a short read still has to be zeroed, and their
   * arenas.
   */
  private @Nullable MemorySegment[] produced = {};

  private @Nullable IoArena[] producedArenas = {};

  /** Begins with a request's memory: nothing is taken yet, but arenas that can be are held open. */
  void start(IoVector memory, Direction direction) {
    vector = memory;
    if (this.direction != direction) {
      this.direction = direction;
    }
    taken = 0;
    held = 0;
    failsAt = Integer.MAX_VALUE;
    index = -1;
    offset = 0;
    length = 0;
    if (memory.source() != null && produced.length < memory.count()) {
      produced = new MemorySegment[memory.count()];
      producedArenas = new IoArena[memory.count()];
    }
    mayFail = memory.source() != null;
    if (!mayFail) {
      holdArenas(memory);
    }
  }

  /**
   * Neighbours of one arena are held once. What can still fail later is memory that others close
   * when they like, or that is closed already.
   */
  private void holdArenas(IoVector vector) {
    IoArena last = null;
    for (int i = 0; i < vector.count(); i++) {
      IoArena arena = vector.arena(i);
      if (vector.length(i) == 0) {
        // never taken
      } else if (arena != null) {
        if (arena != last && !arena.acquire()) {
          failsAt = i;
          mayFail = true;
          return;
        }
        last = arena;
      } else if (vector.kind(i) == MemoryKind.CLOSEABLE
          || (vector.kind(i) == MemoryKind.CONFINED && !vector.segment(i).scope().isAlive())) {
        mayFail = true;
      }
      held = i + 1;
    }
  }

  /** Whether the walk may come to a segment that cannot be had (MEM-1). */
  boolean mayFail() {
    return mayFail;
  }

  /**
   * Makes sure that there is memory at the cursor.
   *
   * @throws MemoryFault when it cannot be had
   */
  void require() throws MemoryFault {
    while (offset == length) {
      take(index + 1);
    }
  }

  private IoVector vector() {
    IoVector of = vector;
    assert of != null : "no request has begun";
    return of;
  }

  private void take(int next) throws MemoryFault {
    IoVector vector = vector();
    assert next < vector.count() : "walked past the memory";
    long promised = vector.length(next);
    if (promised > 0) {
      segment = vector.source() == null ? takeKept(vector, next) : takeProduced(vector, next);
    }
    index = next;
    offset = 0;
    length = promised;
  }

  private MemorySegment takeKept(IoVector vector, int next) throws MemoryFault {
    MemorySegment one = vector.segment(next);
    setKind(vector.kind(next));
    boolean alive = kind == MemoryKind.IO_ARENA ? next < failsAt : one.scope().isAlive();
    if (!alive) {
      throw fault(next, "its arena is closed; keep it open until the request has completed", null);
    }
    taken = next + 1;
    return one;
  }

  private void setKind(MemoryKind next) {
    if (kind != next) {
      kind = next;
    }
  }

  private MemorySegment takeProduced(IoVector vector, int next) throws MemoryFault {
    SegmentSource source = vector.source();
    assert source != null;
    MemorySegment one;
    try {
      one = source.acquire(next);
    } catch (IOException fault) {
      throw new MemoryFault(fault);
    } catch (RuntimeException | Error fault) {
      throw fault(next, "its source threw", fault);
    }
    if (one == null) {
      throw fault(next, "its source gave no segment", null);
    }
    IoArena arena = IoArena.owning(one);
    setKind(MemoryKind.of(one));
    String problem = problem(one, arena, vector.length(next));
    if (problem != null) {
      MemoryFault fault = fault(next, problem, null);
      try {
        source.release(next);
      } catch (RuntimeException | Error broken) {
        fault.reason().addSuppressed(broken);
      }
      throw fault;
    }
    produced[next] = one;
    producedArenas[next] = arena;
    taken = next + 1;
    return one;
  }

  private @Nullable String problem(MemorySegment one, @Nullable IoArena arena, long promised) {
    if (one.byteSize() != promised) {
      return "its source gave " + one.byteSize() + " bytes where " + promised + " were promised";
    }
    if (direction == Direction.READ && one.isReadOnly()) {
      return "it is read-only";
    }
    if (!one.isAccessibleBy(Thread.currentThread())) {
      return "it is confined to another thread; allocate it from an IoArena";
    }
    boolean alive = arena != null ? arena.acquire() : one.scope().isAlive();
    return alive ? null : "its arena is closed; keep it open until the request has completed";
  }

  private static MemoryFault fault(int index, String detail, @Nullable Throwable cause) {
    return new MemoryFault(
        new BlockIoException(
            Errno.EFAULT.number(),
            "use memory",
            "segment " + index,
            BlockIoException.NONE,
            BlockIoException.NONE,
            detail,
            cause));
  }

  /** The segment at the cursor; after {@link #require()}. */
  MemorySegment segment() {
    MemorySegment at = segment;
    assert at != null : "no memory was required";
    return at;
  }

  /** Bytes from the start of the segment to the cursor. */
  long offset() {
    return offset;
  }

  /** Bytes left in the segment. */
  long left() {
    return length - offset;
  }

  /** Moves on inside the segment. */
  void advance(long bytes) {
    assert bytes <= left() : bytes;
    offset += bytes;
  }

  /** Whether a device with these limits may be given the memory at the cursor as it is. */
  boolean isDirect(QueueLimits limits, boolean waits, boolean hooked) {
    return switch (kind) {
      case IO_ARENA, COLLECTED ->
          ((segment().address() + offset) & (limits.memoryAlignment() - 1)) == 0;
      case CLOSEABLE, CONFINED ->
          waits
              && !hooked
              && limits.runsInCaller()
              && ((segment().address() + offset) & (limits.memoryAlignment() - 1)) == 0;
      case HEAP -> limits.acceptsHeap();
    };
  }

  /** Whether the arena of the memory at the cursor may be closed while the request is in flight. */
  boolean isBorrowed() {
    return kind == MemoryKind.CLOSEABLE || kind == MemoryKind.CONFINED;
  }

  /**
   * Fills up to so many bytes from the cursor on with zeros, to the end of the segment at most, and
   * moves on (WALK-3); after {@link #require()}.
   *
   * @return bytes filled
   * @throws MemoryFault when the segment's arena was closed meanwhile
   */
  long fillZeros(long bytes) throws MemoryFault {
    long part = Math.min(bytes, left());
    try {
      segment().asSlice(offset, part).fill((byte) 0);
    } catch (RuntimeException closed) {
      throw fault(index, "its arena was closed while the request was in flight", closed);
    }
    advance(part);
    return part;
  }

  /**
   * Zeroes the bytes {@code from} to {@code to} of the request, all in segments already taken
   * (WALK-5).
   */
  void zero(long from, long to) {
    IoVector vector = vector();
    long start = 0;
    for (int i = 0; i < taken && start < to; i++) {
      long end = start + vector.length(i);
      if (end > from) {
        MemorySegment one = vector.source() == null ? vector.segment(i) : produced[i];
        assert one != null;
        long low = Math.max(from, start) - start;
        one.asSlice(low, Math.min(to, end) - start - low).fill((byte) 0);
      }
      start = end;
    }
  }

  /**
   * Releases everything that was taken.
   *
   * @return what a source threw first, or null; all has been released all the same
   */
  @Nullable Throwable release() {
    IoVector vector = vector();
    SegmentSource source = vector.source();
    Throwable broken = null;
    if (source == null) {
      releaseArenas(vector);
    } else {
      broken = releaseProduced(vector, source);
    }
    taken = 0;
    this.vector = null;
    segment = null;
    return broken;
  }

  private void releaseArenas(IoVector vector) {
    IoArena last = null;
    for (int i = 0; i < held; i++) {
      IoArena arena = vector.arena(i);
      if (arena != null && arena != last && vector.length(i) > 0) {
        arena.release();
        last = arena;
      }
    }
    held = 0;
  }

  private @Nullable Throwable releaseProduced(IoVector vector, SegmentSource source) {
    Throwable first = null;
    for (int i = 0; i < taken; i++) {
      if (vector.length(i) == 0) {
        continue;
      }
      IoArena arena = producedArenas[i];
      if (arena != null) {
        arena.release();
      }
      try {
        source.release(i);
      } catch (RuntimeException | Error broken) {
        first = first == null ? broken : first;
      }
    }
    Arrays.fill(produced, 0, taken, null);
    Arrays.fill(producedArenas, 0, taken, null);
    return first;
  }
}
