package io.penstock.testkit.oracle;

import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.SegmentSource;
import io.penstock.testkit.Pattern;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one request and what must be in it. Offsets are bytes from the start of the
 * request.
 */
final class RequestMemory {
  private final List<MemorySegment> segments = new ArrayList<>();
  private final List<MemoryBank.Origin> origins = new ArrayList<>();
  private final List<Long> starts = new ArrayList<>();
  private final List<Boolean> whole = new ArrayList<>();
  private long total;
  private @Nullable LazySegments lazy;

  void add(MemorySegment segment, MemoryBank.Origin origin, boolean guarded) {
    segments.add(segment);
    origins.add(origin);
    starts.add(total);
    whole.add(guarded);
    total += segment.byteSize();
  }

  long total() {
    return total;
  }

  int count() {
    return segments.size();
  }

  MemorySegment segment(int index) {
    return segments.get(index);
  }

  MemoryBank.Origin origin(int index) {
    return origins.get(index);
  }

  boolean isOf(MemoryBank.Origin origin) {
    return origins.contains(origin);
  }

  /** Whether some of it is of a kind that is copied before the device gets it. */
  boolean mayBeCopied() {
    return isOf(MemoryBank.Origin.HEAP)
        || isOf(MemoryBank.Origin.SHARED)
        || isOf(MemoryBank.Origin.CONFINED);
  }

  long start(int index) {
    return starts.get(index);
  }

  @Nullable LazySegments lazy() {
    return lazy;
  }

  /** The vector a request is given; {@code source} makes it produce the segments one by one. */
  IoVector vector(@Nullable LazySegments source, boolean readOnly) {
    lazy = source;
    if (source == null) {
      IoVector vector = IoVector.empty();
      for (MemorySegment each : segments) {
        vector.add(readOnly ? each.asReadOnly() : each);
      }
      return vector;
    }
    long[] lengths = new long[segments.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = segments.get(i).byteSize();
    }
    return IoVector.of((SegmentSource) source, lengths);
  }

  /** Fills all memory with what {@code writer} writes from file position {@code position} on. */
  void fill(int writer, long position) {
    for (int i = 0; i < segments.size(); i++) {
      if (origins.get(i) != MemoryBank.Origin.CONFINED_ELSEWHERE) {
        Pattern.fill(
            segments.get(i), 0, segments.get(i).byteSize(), writer, position + starts.get(i));
      }
    }
  }

  private int segmentAt(long offset) {
    int low = 0;
    int high = segments.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts.get(middle) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The memory from {@code offset} on, at least to the end of a sector. */
  MemorySegment at(long offset) {
    int i = segmentAt(offset);
    return segments.get(i).asSlice(offset - starts.get(i));
  }

  /** Where the memory from {@code from} to {@code to} is not what {@code writer} writes, or -1. */
  long mismatch(long from, long to, int writer, long position) {
    for (int i = 0; i < segments.size(); i++) {
      long start = starts.get(i);
      long first = Math.max(from, start);
      long last = Math.min(to, start + segments.get(i).byteSize());
      if (first < last && origins.get(i) != MemoryBank.Origin.CONFINED_ELSEWHERE) {
        long wrong =
            Pattern.mismatch(
                segments.get(i), first - start, last - first, writer, position + first);
        if (wrong >= 0) {
          return first + wrong;
        }
      }
    }
    return -1;
  }

  /** The first segment with touched bytes before it, or -1. */
  int touchedGuard(MemoryBank bank) {
    for (int i = 0; i < segments.size(); i++) {
      if (whole.get(i) && !bank.guardsIntact(origins.get(i), segments.get(i))) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(total).append(" bytes in");
    for (int i = 0; i < Math.min(8, segments.size()); i++) {
      text.append(' ').append(origins.get(i)).append(':').append(segments.get(i).byteSize());
    }
    if (segments.size() > 8) {
      text.append(" ... ").append(segments.size()).append(" segments");
    }
    return text.append(lazy == null ? "" : ", lazily" + lazy).toString();
  }
}
