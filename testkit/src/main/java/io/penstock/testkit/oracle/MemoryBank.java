package io.penstock.testkit.oracle;

import io.penstock.core.memory.IoArena;
import io.penstock.testkit.Pattern;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Memory of every kind that a caller can have, for the requests of one run. Taken in a row and
 * given back all at once, when nothing is in flight.
 */
final class MemoryBank implements AutoCloseable {
  /** Bytes on both sides of each piece of memory that nobody may touch. */
  static final int GUARD = 64;

  /** Where memory comes from. */
  enum Origin {
    IO_ARENA,
    AUTOMATIC,
    SHARED,
    CONFINED,
    CONFINED_ELSEWHERE,
    DIRECT_BUFFER,
    HEAP
  }

  private static final long SLAB = 4 << 20;

  private final IoArena io = IoArena.ofShared();
  private final Arena shared = Arena.ofShared();
  private final Arena confined = Arena.ofConfined();
  private final Map<Origin, MemorySegment> slabs = new EnumMap<>(Origin.class);
  private final Map<Origin, Long> taken = new EnumMap<>(Origin.class);

  private MemorySegment slab(Origin origin) {
    return switch (origin) {
      case IO_ARENA -> io.allocate(SLAB, 4096);
      case AUTOMATIC -> Arena.ofAuto().allocate(SLAB, 4096);
      case SHARED -> shared.allocate(SLAB, 4096);
      case CONFINED -> confined.allocate(SLAB, 4096);
      case DIRECT_BUFFER ->
          MemorySegment.ofBuffer(java.nio.ByteBuffer.allocateDirect((int) SLAB + 4096));
      case CONFINED_ELSEWHERE, HEAP -> throw new AssertionError(origin);
    };
  }

  /**
   * Takes {@code bytes} at an address that is {@code skew} over a multiple of {@code alignment}, or
   * null when the slab is used up.
   */
  @Nullable MemorySegment take(Origin origin, long bytes, long alignment, int skew) {
    if (origin == Origin.HEAP) {
      return MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]);
    }
    MemorySegment slab = slabs.computeIfAbsent(origin, this::slab);
    long from = taken.getOrDefault(origin, 0L) + GUARD;
    long unaligned = slab.address() + from;
    from += (unaligned + alignment - 1) / alignment * alignment - unaligned + skew;
    if (from + bytes + GUARD > slab.byteSize()) {
      return null;
    }
    taken.put(origin, from + bytes);
    Pattern.fill(slab, from - GUARD, GUARD, Pattern.SENTINEL, 0);
    Pattern.fill(slab, from + bytes, GUARD, Pattern.SENTINEL, 0);
    return slab.asSlice(from, bytes);
  }

  /**
   * Whether the bytes around a segment are untouched; {@code previousEnd} is where the one before
   * ends, since its guard may be this one's.
   */
  boolean guardsIntact(Origin origin, MemorySegment segment) {
    if (origin == Origin.HEAP || origin == Origin.CONFINED_ELSEWHERE) {
      return true;
    }
    MemorySegment slab = Objects.requireNonNull(slabs.get(origin));
    long from = segment.address() - slab.address();
    return Pattern.mismatch(slab, from - GUARD, GUARD, Pattern.SENTINEL, 0) < 0;
  }

  /** Everything that was taken may be taken again. */
  void reset() {
    taken.clear();
  }

  long inFlight() {
    return io.inFlight();
  }

  @Override
  public void close() {
    io.close();
    shared.close();
    confined.close();
  }
}
