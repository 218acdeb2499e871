package io.penstock.cli.copy;

import io.penstock.file.HostRanges;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deals out a file in chunks, in order, and leaves out what is a hole in every file looked at.
 * Thread-safe.
 */
final class Chunks {
  private final List<HostRanges> ranges;
  private final long size;
  private final int chunkBytes;
  private final int unit;
  private final long holesEnd;
  private long position;
  private long skipped;

  /**
   * The chunks of a file.
   *
   * @param ranges whose holes are left out if all have them; if there are none, nothing is
   * @param size of the file
   * @param chunkBytes largest chunk, a multiple of the unit
   * @param unit a power of two; chunks begin and end at multiples of it
   * @param wholeTail whether the last, partial unit is dealt out even if it lies in a hole
   */
  Chunks(List<HostRanges> ranges, long size, int chunkBytes, int unit, boolean wholeTail) {
    this.ranges = ranges;
    this.size = size;
    this.chunkBytes = chunkBytes;
    this.unit = unit;
    holesEnd = wholeTail ? size & -unit : size;
  }

  /** The next chunk, or null when all were dealt out. */
  synchronized @Nullable Chunk next() throws IOException {
    while (position < size) {
      long dataEnd = dataEnd();
      if (dataEnd > position) {
        long rest = Math.min(dataEnd, size) - position;
        long whole = Math.ceilDiv(rest, unit) * unit;
        Chunk chunk = new Chunk(position, (int) Math.min(chunkBytes, whole));
        position += chunk.length();
        return chunk;
      }
      long end = Math.min(holeEnd(), holesEnd);
      skipped += end - position;
      position = end;
    }
    return null;
  }

  /** Where the data at the position ends; the position itself when it is in a hole. */
  private long dataEnd() throws IOException {
    if (ranges.isEmpty() || position >= holesEnd) {
      return size;
    }
    long end = position;
    for (HostRanges each : ranges) {
      HostRanges.Range range = each.at(position);
      if (range.isData()) {
        end = Math.max(end, range.end());
      }
    }
    return end;
  }

  private long holeEnd() throws IOException {
    long end = Long.MAX_VALUE;
    for (HostRanges each : ranges) {
      end = Math.min(end, each.at(position).end());
    }
    return end;
  }

  /** Bytes that were left out so far. */
  synchronized long skipped() {
    return skipped;
  }
}
