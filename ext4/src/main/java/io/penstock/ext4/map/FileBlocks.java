package io.penstock.ext4.map;

import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.MetadataBlock;
import io.penstock.ext4.store.MetadataStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a file that holds metadata: a directory, the journal. Not for inline data. Not
 * thread-safe.
 */
public final class FileBlocks {
  private final Inode inode;
  private final BlockMapper map;
  private final MetadataStore store;
  private final long count;
  private final MapQuery query = new MapQuery();
  private final Mapping mapping = new Mapping();
  private long first = -1;
  private long end = -1;

  /** The blocks of an inode. */
  public FileBlocks(Inode inode, InodeTable table) throws IOException {
    this.inode = inode;
    map = BlockMaps.of(inode, table);
    store = table.store();
    int shift = store.geometry().blockShift();
    count = (inode.size() >>> shift) + ((inode.size() & ((1L << shift) - 1)) != 0 ? 1 : 0);
  }

  /** Blocks up to the end of the file. */
  public long count() {
    return count;
  }

  /**
   * Where a block of the file is on the volume; -1 in a hole.
   *
   * @param block less than {@link #count()}
   */
  public long locate(long block) throws IOException {
    if (block < first || block >= end) {
      mapping.clear();
      query.set(block, count - block, MapIntent.LOOK_UP, false, inode.size());
      map.map(query, mapping);
      first = block;
      end = block + mapping.blocks();
    }
    return mapping.kind() == MappingKind.MAPPED
        ? (mapping.deviceOffset() >> store.geometry().blockShift()) + block - first
        : -1;
  }

  /** The first block behind a hole that this block is in, or the count. */
  public long afterHole(long block) throws IOException {
    return locate(block) < 0 ? Math.min(end, count) : block;
  }

  /** A block of the file, or null in a hole. */
  public @Nullable MetadataBlock read(long block) throws IOException {
    long where = locate(block);
    return where < 0 ? null : store.read(where);
  }
}
