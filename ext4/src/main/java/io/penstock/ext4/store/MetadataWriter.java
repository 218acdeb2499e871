package io.penstock.ext4.store;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DeviceIo;
import io.penstock.core.device.IoCounters;
import io.penstock.ext4.format.Geometry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Writes blocks of metadata to a device; the only place that does so without the engine. */
public final class MetadataWriter {
  private static final int MOST_BYTES = 1 << 20;

  private final BlockDevice device;
  private final IoCounters counters;

  /**
   * A writer.
   *
   * @param counters counts what is written
   */
  public MetadataWriter(BlockDevice device, IoCounters counters) {
    this.device = device;
    this.counters = counters;
  }

  /** Writes whole logical blocks at an offset; durable after {@link #flush()}. */
  public void write(long offset, byte[] bytes) throws IOException {
    DeviceIo.write(device, offset, MemorySegment.ofArray(bytes), counters);
  }

  /**
   * Writes blocks to their places, those that lie in a row together, but the superblock alone: a
   * device may write so much as a whole or not at all. Durable after {@link #flush()}.
   *
   * @param blocks in the order of their numbers
   */
  public void write(List<MetadataBlock> blocks, Geometry geometry) throws IOException {
    int shift = geometry.blockShift();
    long alone = geometry.superblockBlock();
    int most = Math.max(1, MOST_BYTES >> shift);
    for (int from = 0; from < blocks.size(); ) {
      long first = blocks.get(from).number();
      int count = 1;
      while (count < most
          && from + count < blocks.size()
          && first != alone
          && blocks.get(from + count).number() == first + count
          && first + count != alone) {
        count++;
      }
      byte[] row = new byte[count << shift];
      for (int i = 0; i < count; i++) {
        blocks.get(from + i).bytes().copyTo(row, i << shift);
      }
      write(first << shift, row);
      from += count;
    }
  }

  /** Makes what was written durable. */
  public void flush() throws IOException {
    device.flush();
  }
}
