package io.penstock.ext4.store;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DeviceIo;
import io.penstock.core.device.IoCounters;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Writes blocks of metadata to a device; the only place that does so without the engine. */
public final class MetadataWriter {
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

  /** Makes what was written durable. */
  public void flush() throws IOException {
    device.flush();
  }
}
