package io.penstock.ext4.map;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;

/**
 * The block map of a file whose data lies in its inode: its one block is a small device in memory.
 * Thread-safe.
 */
public final class InlineMapper implements BlockMapper {
  private final BlockDevice contents;

  /** The map of a file with these contents, one block long. */
  public InlineMapper(BlockDevice contents) {
    this.contents = contents;
  }

  @Override
  public void map(MapQuery query, Mapping mapping) {
    if (query.firstBlock() == 0) {
      mapping.mapped(contents, 0, 1);
    } else {
      mapping.hole(query.blocks());
    }
  }

  @Override
  public String name() {
    return contents.name();
  }
}
