package io.penstock.ext4.store;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.Place;
import java.io.IOException;

/** Where the blocks of a journal are, and reads them. Not thread-safe. */
public final class Journal {
  private final BlockDevice device;
  private final Geometry geometry;
  private final IoCounters counters;
  private final Blocks blocks;
  private final Place place;

  /** Finds a block of the journal. */
  public interface Blocks {
    /**
     * The block on the device.
     *
     * @throws IOException when the journal has no such block
     */
    long locate(long block) throws IOException;
  }

  /**
   * A journal.
   *
   * @param device the volume's, or one of its own
   * @param place the journal, for messages
   */
  public Journal(
      BlockDevice device, Geometry geometry, IoCounters counters, Blocks blocks, Place place) {
    this.device = device;
    this.geometry = geometry;
    this.counters = counters;
    this.blocks = blocks;
    this.place = place;
  }

  /** The device it is on. */
  public BlockDevice device() {
    return device;
  }

  /** How the volume is divided. */
  public Geometry geometry() {
    return geometry;
  }

  /** The journal, for messages. */
  public Place place() {
    return place;
  }

  /** Where a block of the journal is on its device. */
  public long locate(long block) throws IOException {
    return blocks.locate(block);
  }

  /** Writes to the device it is on. */
  public MetadataWriter writer() {
    return new MetadataWriter(device, counters);
  }

  /** A block of the journal. */
  public DiskBytes read(long block) throws IOException {
    byte[] bytes = new byte[geometry.blockSize()];
    MetadataStore.readBytes(device, locate(block) << geometry.blockShift(), bytes, counters);
    return DiskBytes.of(bytes);
  }
}
