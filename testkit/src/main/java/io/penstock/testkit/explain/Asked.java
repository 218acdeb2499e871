package io.penstock.testkit.explain;

import io.penstock.core.bio.Direction;
import io.penstock.core.request.IoFlags;
import java.util.List;

/**
 * A request that is explained. Positions and lengths are bytes.
 *
 * @param direction which way the bytes go
 * @param position from the start of the file
 * @param segments lengths of the memory's segments, in order
 * @param flags how it wants to be treated
 */
public record Asked(Direction direction, long position, List<Long> segments, IoFlags flags) {
  /** Copies the list. */
  public Asked {
    segments = List.copyOf(segments);
  }

  /** Bytes in all. */
  public long length() {
    return segments.stream().mapToLong(Long::longValue).sum();
  }

  /** First byte of the file behind it; the largest number where there is none. */
  public long end() {
    return length() > Long.MAX_VALUE - Math.max(0, position) ? Long.MAX_VALUE : position + length();
  }

  /** Whether memory goes to the file. */
  public boolean isWrite() {
    return direction == Direction.WRITE;
  }
}
