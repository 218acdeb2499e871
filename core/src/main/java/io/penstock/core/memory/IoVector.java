package io.penstock.core.memory;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a request: segments in order (scatter/gather). Lengths are bytes.
 *
 * <p>A vector can be used by many requests, one after the other or (for writes) at the same time,
 * and must not be changed while one is in flight. What the engine needs to know of each segment is
 * looked up once, when it is added, so a vector that is kept costs nothing per request. Filling one
 * is not thread-safe.
 */
public final class IoVector {
  private @Nullable SegmentSource source;
  private int count;
  private MemorySegment[] segments;
  private MemoryKind[] kinds;
  private @Nullable IoArena[] arenas;
  private long[] lengths;
  private long total;
  private long orOfLengths;
  private long orOfAddresses;
  private boolean readOnly;
  private boolean restricted;

  private IoVector(int capacity) {
    segments = new MemorySegment[capacity];
    kinds = new MemoryKind[capacity];
    arenas = new IoArena[capacity];
    lengths = new long[capacity];
  }

  /**
   * An empty vector to be filled with {@link #add(MemorySegment)} and emptied with {@link
   * #clear()}.
   */
  public static IoVector empty() {
    return new IoVector(1);
  }

  /** A vector of these segments. */
  public static IoVector of(MemorySegment... segments) {
    IoVector vector = new IoVector(Math.max(1, segments.length));
    for (MemorySegment segment : segments) {
      vector.add(segment);
    }
    return vector;
  }

  /** A vector of what remains in these buffers (position to limit); their positions do not move. */
  public static IoVector of(ByteBuffer... buffers) {
    IoVector vector = new IoVector(Math.max(1, buffers.length));
    for (ByteBuffer buffer : buffers) {
      vector.add(MemorySegment.ofBuffer(buffer));
    }
    return vector;
  }

  /** A vector whose segments, of these lengths, are produced while a request walks it. */
  public static IoVector of(SegmentSource source, long... lengths) {
    IoVector vector = new IoVector(1);
    vector.source = source;
    vector.count = lengths.length;
    vector.lengths = lengths.clone();
    for (long length : lengths) {
      if (length < 0) {
        throw new IllegalArgumentException("segment length " + length + " must not be negative");
      }
      vector.total = sum(vector.total, length);
      vector.orOfLengths |= length;
    }
    return vector;
  }

  /** Adds a segment at the end. */
  public IoVector add(MemorySegment segment) {
    if (source != null) {
      throw new IllegalStateException("a vector over a segment source cannot be added to");
    }
    long length = segment.byteSize();
    long sum = sum(total, length);
    if (count == segments.length) {
      int capacity = count * 2;
      segments = Arrays.copyOf(segments, capacity);
      kinds = Arrays.copyOf(kinds, capacity);
      arenas = Arrays.copyOf(arenas, capacity);
      lengths = Arrays.copyOf(lengths, capacity);
    }
    segments[count] = segment;
    kinds[count] = MemoryKind.of(segment);
    arenas[count] = kinds[count] == MemoryKind.IO_ARENA ? IoArena.owning(segment) : null;
    lengths[count] = length;
    count++;
    total = sum;
    orOfLengths |= length;
    if (kinds[count - 1] != MemoryKind.HEAP) {
      orOfAddresses |= segment.address();
    }
    readOnly |= segment.isReadOnly();
    restricted |=
        kinds[count - 1] != MemoryKind.IO_ARENA && kinds[count - 1] != MemoryKind.COLLECTED;
    return this;
  }

  private static long sum(long total, long length) {
    if (length > Long.MAX_VALUE - total) {
      throw new IllegalArgumentException(
          "a segment of "
              + length
              + " bytes after "
              + total
              + " is over the largest length "
              + Long.MAX_VALUE);
    }
    return total + length;
  }

  /** Removes all segments. */
  public IoVector clear() {
    if (source != null) {
      throw new IllegalStateException("a vector over a segment source cannot be cleared");
    }
    Arrays.fill(segments, 0, count, null);
    Arrays.fill(arenas, 0, count, null);
    count = 0;
    total = 0;
    orOfLengths = 0;
    orOfAddresses = 0;
    readOnly = false;
    restricted = false;
    return this;
  }

  /** Number of segments. */
  public int count() {
    return count;
  }

  /** Bytes in all. */
  public long total() {
    return total;
  }

  /** Length of segment {@code index}. */
  public long length(int index) {
    return lengths[index];
  }

  /** Whether every length is a multiple of {@code unit}, a power of two. */
  public boolean isMultipleOf(long unit) {
    return (orOfLengths & (unit - 1)) == 0;
  }

  /**
   * Whether the address of every native segment is a multiple of {@code alignment}, a power of two;
   * heap segments have no address.
   */
  public boolean isAddressMultipleOf(long alignment) {
    return (orOfAddresses & (alignment - 1)) == 0;
  }

  /** Whether a segment is read-only, so that nothing can be read into it. */
  public boolean isReadOnly() {
    return readOnly;
  }

  /** Whether some segment is of a kind that not every device can be given as it is. */
  public boolean hasRestrictedMemory() {
    return restricted;
  }

  /** Whether some segment is confined to a thread: no other may touch it. */
  public boolean hasConfinedMemory() {
    for (int i = 0; restricted && i < count; i++) {
      if (kinds[i] == MemoryKind.CONFINED) {
        return true;
      }
    }
    return false;
  }

  /**
   * Bytes in segments that an asynchronous request has to copy, wherever they start: those of
   * arenas that others may close, and of the heap.
   *
   * @param heapToo whether its device cannot be given heap memory
   */
  public long copiedBytes(boolean heapToo) {
    long bytes = 0;
    for (int i = 0; restricted && i < count; i++) {
      boolean copied =
          switch (kinds[i]) {
            case CLOSEABLE, CONFINED -> true;
            case HEAP -> heapToo;
            case IO_ARENA, COLLECTED -> false;
          };
      bytes += copied ? lengths[i] : 0;
    }
    return bytes;
  }

  /** Where segments come from, or null when they are all here. */
  public @Nullable SegmentSource source() {
    return source;
  }

  /** Segment {@code index}; not for a vector over a source. */
  public MemorySegment segment(int index) {
    return segments[index];
  }

  /** Kind of segment {@code index}; not for a vector over a source. */
  public MemoryKind kind(int index) {
    return kinds[index];
  }

  /** The {@link IoArena} of segment {@code index}, or null; not for a vector over a source. */
  public @Nullable IoArena arena(int index) {
    return arenas[index];
  }

  @Override
  public String toString() {
    return count + " segments, " + total + " bytes" + (source == null ? "" : " from a source");
  }
}
