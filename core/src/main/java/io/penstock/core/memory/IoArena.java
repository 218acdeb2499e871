package io.penstock.core.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An arena for I/O memory: shared between threads, and closing it is refused while any of its
 * memory is under I/O in flight (MEM-4). The engine recognises its segments, slices included, and
 * hands them to devices without copying.
 *
 * <p>Thread-safe.
 */
public final class IoArena implements Arena {
  private static final ConcurrentMap<MemorySegment.Scope, IoArena> OWNERS =
      new ConcurrentHashMap<>();
  private static final long CLOSED = Long.MIN_VALUE;

  private final Arena arena = Arena.ofShared();
  private final AtomicLong inFlight = new AtomicLong();

  private IoArena() {
    OWNERS.put(arena.scope(), this);
  }

  /** A new arena, to be closed by its user. */
  public static IoArena ofShared() {
    return new IoArena();
  }

  /** The arena {@code segment} was allocated from, or null when it is of another kind. */
  public static @Nullable IoArena owning(MemorySegment segment) {
    return OWNERS.get(segment.scope());
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    return arena.allocate(byteSize, byteAlignment);
  }

  @Override
  public MemorySegment.Scope scope() {
    return arena.scope();
  }

  /**
   * Keeps the arena open until {@link #release()}; one per operation that uses its memory.
   *
   * @return false when the arena is already closed
   */
  public boolean acquire() {
    if (inFlight.getAndIncrement() < 0) {
      inFlight.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Ends one {@link #acquire()}. */
  public void release() {
    long left = inFlight.decrementAndGet();
    assert left >= 0 || left < Long.MIN_VALUE / 2 : "released more often than acquired";
  }

  /** Operations that hold the arena open at this moment. */
  public long inFlight() {
    return Math.max(0, inFlight.get());
  }

  /**
   * Frees all memory of the arena.
   *
   * @throws IllegalStateException when operations are in flight; nothing is freed and the arena
   *     stays open: wait for them and close again
   */
  @Override
  public void close() {
    if (!inFlight.compareAndSet(0, CLOSED)) {
      long operations = inFlight.get();
      throw new IllegalStateException(
          operations < 0
              ? "this IoArena is already closed"
              : operations
                  + " I/O operations on memory of this IoArena are in flight; wait for them, then"
                  + " close it");
    }
    OWNERS.remove(arena.scope());
    arena.close();
  }
}
