package io.penstock.file;

import io.penstock.core.device.HostDevice;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a file that the host itself lays out: every block lives on the {@link HostDevice}
 * at its own position. The host allocates what is written and zeroes what is new.
 *
 * <p>It can know the holes of the file, so that reading one asks nothing of the disk. Thread-safe.
 */
public final class HostLayout implements BlockMapper {
  private final HostDevice device;
  private final int block;
  private final int shift;
  private final @Nullable HostRanges ranges;
  private final LayoutTraits traits;

  private HostLayout(HostDevice device, @Nullable HostRanges ranges) {
    this.device = device;
    this.ranges = ranges;
    block = device.limits().logicalBlock();
    shift = Integer.numberOfTrailingZeros(block);
    traits =
        LayoutTraits.DEFAULT.withEndsAtDeviceEnd(device.isBlockDevice()).withLaidOutByDevice(true);
  }

  /** Every block is where it is; holes are the host's business. For files that change. */
  public static HostLayout of(HostDevice device) {
    return new HostLayout(device, null);
  }

  /** Holes are known and not read. For files that nobody writes meanwhile. */
  public static HostLayout withHoles(HostDevice device) {
    boolean knows = device.knowsHoles();
    return new HostLayout(
        device, knows ? new HostRanges(device, device.limits().logicalBlock()) : null);
  }

  @Override
  public void map(MapQuery query, Mapping mapping) throws IOException {
    long position = query.firstBlock() << shift;
    if (ranges == null || query.intent() == MapIntent.ALLOCATE) {
      mapping.mapped(device, position, query.blocks());
      return;
    }
    HostRanges.Range range = ranges.at(position);
    long blocks = Math.min(query.blocks(), (range.end() - position) >> shift);
    if (range.isData()) {
      mapping.mapped(device, position, blocks);
    } else {
      mapping.hole(blocks);
    }
  }

  @Override
  public LayoutTraits traits() {
    return traits;
  }

  @Override
  public String name() {
    return "host layout of " + device.name();
  }

  @Override
  public String toString() {
    return name() + " block=" + block + (ranges == null ? "" : " with holes");
  }
}
