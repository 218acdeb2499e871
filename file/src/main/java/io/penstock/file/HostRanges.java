package io.penstock.file;

import io.penstock.core.device.HostDevice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Data and holes of a file of the host, in whole blocks: a block that holds any data counts as
 * data. The last answer is kept, so that walking along a file asks the host once per range.
 * Thread-safe.
 *
 * <p>Somebody else who fills a hole meanwhile may go unnoticed.
 */
public final class HostRanges {

  /**
   * A run of blocks of one kind. Bytes from the start of the file.
   *
   * @param start inclusive, a multiple of the block
   * @param end exclusive, a multiple of the block; {@link Long#MAX_VALUE} when it has no end
   * @param isData whether it may hold data; a hole otherwise
   */
  public record Range(long start, long end, boolean isData) {
    boolean contains(long position) {
      return start <= position && position < end;
    }
  }

  private final HostDevice device;
  private final int block;
  private volatile @Nullable Range last;

  /**
   * Of a file, in blocks of so many bytes.
   *
   * @param block a power of two
   */
  public HostRanges(HostDevice device, int block) {
    this.device = device;
    this.block = block;
  }

  /**
   * The range that holds a position, from its block on; it may have begun before. Past the end of
   * the file is a hole without end.
   */
  public Range at(long position) throws IOException {
    Range known = last;
    if (known != null && known.contains(position)) {
      return known;
    }
    Range found = find(position & -block);
    last = found;
    return found;
  }

  /**
   * Worked: block 4096, data at 5000..9000. At 0: a hole to 4096. At 4096: the host's next data is
   * at 5000, in this very block, so it is data; the hole after it begins at 9000, inside a block
   * that counts as data: to 12288, unless more data follows in that block.
   */
  private Range find(long start) throws IOException {
    long data = device.nextData(start);
    if (data < 0) {
      return new Range(start, Long.MAX_VALUE, false);
    }
    if ((data & -block) > start) {
      return new Range(start, data & -block, false);
    }
    long hole = device.nextHole(data);
    long end = hole < 0 ? start + block : Math.ceilDiv(hole, block) * block;
    return new Range(start, Math.max(end, start + block), true);
  }
}
