package io.penstock.core.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An arena for I/O memory: shared between threads, and closing it is refused while any of its
 * memory is under I/O in flight (MEM-4). The engine recognises its segments, slices included, and
 * hands them to devices without copying.
 *
 * <p>Memory comes in {@linkplain #regionOf regions}, out of which small allocations are cut: a
 * device may make each known to the kernel once (registered buffers), and need not do so for every
 * operation. Regions begin and end at whole pages of {@value #PAGE} bytes.
 *
 * <p>Thread-safe.
 */
public final class IoArena implements Arena {
  private static final ConcurrentMap<MemorySegment.Scope, IoArena> OWNERS =
      new ConcurrentHashMap<>();
  private static final long CLOSED = Long.MIN_VALUE;
  private static final int PAGE = 4096;
  private static final long FIRST_REGION = 64 * 1024;
  private static final long LARGEST_SHARED_REGION = 2 << 20;

  private final Arena arena = Arena.ofShared();
  private final AtomicLong inFlight = new AtomicLong();
  private volatile boolean closesWhenIdle;

  /** Address → region. Guarded by itself, as are the fields down to the registrations. */
  private final TreeMap<Long, MemorySegment> regions = new TreeMap<>();

  private MemorySegment current = MemorySegment.NULL;
  private long used;
  private long nextRegion = FIRST_REGION;
  private final List<MemoryRegistration> registrations = new ArrayList<>();

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

  /** Allocates zeroed memory; a piece of a region where it is small. */
  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    if (byteSize < 0 || byteAlignment < 1 || Long.bitCount(byteAlignment) != 1) {
      throw new IllegalArgumentException(
          "size "
              + byteSize
              + " must not be negative, alignment "
              + byteAlignment
              + " must be a power of two");
    }
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException("this IoArena is already closed");
    }
    if (byteSize >= FIRST_REGION || byteAlignment > FIRST_REGION) {
      return newRegion(byteSize, Math.max(PAGE, byteAlignment)).asSlice(0, byteSize);
    }
    synchronized (regions) {
      long start = aligned(byteAlignment);
      if (regions.isEmpty() || start + byteSize > current.byteSize()) {
        current = newRegion(nextRegion, Math.max(PAGE, byteAlignment));
        nextRegion = Math.min(2 * nextRegion, LARGEST_SHARED_REGION);
        start = 0;
      }
      used = start + byteSize;
      return current.asSlice(start, byteSize);
    }
  }

  private long aligned(long alignment) {
    long address = current.address() + used;
    return used + (-address & (alignment - 1));
  }

  private MemorySegment newRegion(long bytes, long alignment) {
    MemorySegment region = arena.allocate(Math.ceilDiv(bytes, PAGE) * PAGE, alignment);
    synchronized (regions) {
      regions.put(region.address(), region);
    }
    return region;
  }

  /**
   * The region that memory of this arena lies in, for devices that make it known to the kernel.
   *
   * @throws IllegalArgumentException when the segment is not of this arena
   */
  public MemorySegment regionOf(MemorySegment segment) {
    Map.Entry<Long, MemorySegment> found;
    synchronized (regions) {
      found = regions.floorEntry(segment.address());
    }
    if (found == null || segment.address() >= found.getKey() + found.getValue().byteSize()) {
      throw new IllegalArgumentException(segment + " is not of this IoArena");
    }
    return found.getValue();
  }

  /**
   * Has a registration ended before the memory is freed.
   *
   * @return false when the arena is closed already: the registration must not be used
   */
  public boolean register(MemoryRegistration registration) {
    if (!acquire()) {
      return false;
    }
    synchronized (regions) {
      registrations.add(registration);
    }
    release();
    return true;
  }

  /** The registration has ended for a reason of its own. */
  public void unregister(MemoryRegistration registration) {
    synchronized (regions) {
      registrations.remove(registration);
    }
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
    if (left == 0 && closesWhenIdle && inFlight.compareAndSet(0, CLOSED)) {
      free(false);
    }
  }

  /** Operations that hold the arena open at this moment. */
  public long inFlight() {
    return Math.max(0, inFlight.get());
  }

  /**
   * Frees all memory of the arena. Where a device's own thread has to forget it first, waits for
   * that, which takes microseconds; memory known to a {@link io.penstock.core.device.ConfinedLoop}
   * of another thread is freed when that thread polls next.
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
    free(true);
  }

  /**
   * As {@link #close()}, as soon as no operation is in flight: at once, or by whoever ends the last
   * one, who does not wait.
   */
  public void closeWhenIdle() {
    closesWhenIdle = true;
    if (inFlight.compareAndSet(0, CLOSED)) {
      free(true);
    }
  }

  private void free(boolean mayWait) {
    OWNERS.remove(arena.scope());
    List<MemoryRegistration> ending;
    synchronized (regions) {
      ending = List.copyOf(registrations);
      registrations.clear();
    }
    if (ending.isEmpty()) {
      arena.close();
    } else {
      endAll(ending, mayWait);
    }
  }

  /** Frees the memory when the last registration has ended. */
  private void endAll(List<MemoryRegistration> ending, boolean mayWait) {
    AtomicInteger left = new AtomicInteger(ending.size());
    CountDownLatch freed = new CountDownLatch(1);
    boolean waits = mayWait;
    for (MemoryRegistration each : ending) {
      waits &=
          each.end(
              () -> {
                if (left.decrementAndGet() == 0) {
                  arena.close();
                  freed.countDown();
                }
              });
    }
    if (waits) {
      awaitKeepingInterrupts(freed);
    }
  }

  private static void awaitKeepingInterrupts(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
