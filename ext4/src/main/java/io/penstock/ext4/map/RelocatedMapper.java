package io.penstock.ext4.map;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import io.penstock.ext4.store.MetadataStore;
import io.penstock.ext4.store.Relocation;
import java.io.IOException;

/**
 * Another map, where blocks whose newest contents are still in the journal are read from there: a
 * run of data is cut where such a block begins, and where it ends. Thread-safe.
 */
public final class RelocatedMapper implements BlockMapper {
  private final BlockMapper map;
  private final MetadataStore store;

  /** The map of a file on a volume whose journal was not written back. */
  public RelocatedMapper(BlockMapper map, MetadataStore store) {
    this.map = map;
    this.store = store;
  }

  @Override
  public void map(MapQuery query, Mapping mapping) throws IOException {
    map.map(query, mapping);
    BlockDevice device = mapping.device();
    if (mapping.kind() != MappingKind.MAPPED || device != store.device()) {
      return;
    }
    Relocation relocation = store.relocation();
    int shift = store.geometry().blockShift();
    long first = mapping.deviceOffset() >> shift;
    long moved = relocation.nextMoved(first);
    if (moved >= first + mapping.blocks()) {
      return;
    }
    if (moved > first) {
      mapping.mapped(device, mapping.deviceOffset(), moved - first);
      return;
    }
    int firstWord = relocation.firstWord(first);
    if (firstWord == 0) {
      mapping.mapped(relocation.device(device), relocation.locate(first) << shift, 1);
    } else {
      // its place in the journal has other first bytes: what it is has to be put together
      byte[] whole = store.read(first).bytes().copy();
      mapping.mapped(MetadataStore.deviceOf(whole, whole.length, name()), 0, 1);
    }
  }

  @Override
  public String name() {
    return map.name();
  }
}
