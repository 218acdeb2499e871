package io.penstock.ext4.check;

import io.penstock.ext4.format.ExtentNode;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.MetadataBlock;
import java.io.IOException;

/**
 * Goes through the whole block map of an inode, its own blocks included; each of them once. Not
 * thread-safe.
 */
final class MapWalk {
  private static final int DIRECT = 12;
  private static final int LEVELS = 3;

  private final Inode inode;
  private final InodeTable table;
  private final Geometry geometry;
  private final Visitor visitor;

  /** Is told of blocks. */
  interface Visitor {
    /** A block of the map itself; false when it should not be looked into. */
    boolean node(long block);

    /** A run of blocks with data, or set aside for it. */
    void run(long fileBlock, long block, long count);
  }

  MapWalk(Inode inode, InodeTable table, Visitor visitor) {
    this.inode = inode;
    this.table = table;
    this.visitor = visitor;
    geometry = table.store().geometry();
  }

  void run() throws IOException {
    if (inode.has(InodeFlag.EXTENTS)) {
      extents(ExtentNode.root(inode, geometry), 1L << 32);
    } else {
      indirect();
    }
  }

  private void extents(ExtentNode node, long end) throws IOException {
    for (int i = 0; i < node.count(); i++) {
      if (node.depth() == 0) {
        visitor.run(node.fileBlock(i), node.target(i), node.length(i));
      } else if (visitor.node(node.target(i))) {
        long childEnd = i + 1 < node.count() ? node.fileBlock(i + 1) : end;
        MetadataBlock block = table.store().read(node.target(i));
        extents(
            ExtentNode.block(
                block.bytes(),
                node.depth() - 1,
                node.fileBlock(i),
                childEnd,
                geometry,
                table.checksums(),
                table.checksums().seedOf(inode.number(), inode.generation()),
                inode.place().structure("extent block").block(block.number())),
            childEnd);
      }
    }
  }

  private void indirect() throws IOException {
    Place place = inode.place().structure("block map");
    for (int i = 0; i < DIRECT; i++) {
      pointer(inode.blockArea().u32(4 * i), i, 0, place);
    }
    int shift = geometry.blockShift() - 2;
    long first = DIRECT;
    for (int level = 1; level <= LEVELS; level++) {
      pointer(inode.blockArea().u32(4 * (DIRECT + level - 1)), first, level, place);
      first += 1L << (shift * level);
    }
  }

  private void pointer(long block, long fileBlock, int level, Place from) throws IOException {
    if (block == 0) {
      return;
    }
    if (!geometry.holds(block, 1)) {
      throw from.damaged("it points to block " + block + ", which is outside the volume");
    }
    if (level == 0) {
      visitor.run(fileBlock, block, 1);
      return;
    }
    if (!visitor.node(block)) {
      return;
    }
    MetadataBlock read = table.store().read(block);
    Place place = inode.place().structure("indirect block").block(block);
    int shift = geometry.blockShift() - 2;
    for (int i = 0; i < 1 << shift; i++) {
      long below = fileBlock + ((long) i << (shift * (level - 1)));
      pointer(read.bytes().u32(4 * i), below, level - 1, place);
    }
  }
}
