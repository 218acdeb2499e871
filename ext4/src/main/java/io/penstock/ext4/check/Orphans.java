package io.penstock.ext4.check;

import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.OrphanBlock;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.format.Superblock;
import io.penstock.ext4.map.FileBlocks;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.MetadataBlock;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/** Finds the inodes that a crash has left to be deleted or cut. */
final class Orphans {
  private Orphans() {}

  static Set<Long> find(InodeTable table) throws IOException {
    Set<Long> found = new LinkedHashSet<>();
    Superblock superblock = table.store().geometry().superblock();
    Place place = superblock.place().structure("list of orphans");
    long next = superblock.lastOrphan();
    while (next != 0) {
      if (!table.store().geometry().isInode(next) || !found.add(next)) {
        throw place.damaged("it leads to inode " + next + ", after " + found.size() + " others");
      }
      next = table.inode(next).deletionTime();
    }
    if (superblock.has(Feature.ORPHAN_FILE)) {
      file(table, superblock, found);
    }
    return found;
  }

  private static void file(InodeTable table, Superblock superblock, Set<Long> found)
      throws IOException {
    Geometry geometry = table.store().geometry();
    Inode inode = table.inode(superblock.orphanFileInode());
    FileBlocks blocks = new FileBlocks(inode, table);
    int seed = table.checksums().seedOf(inode.number(), inode.generation());
    for (long i = blocks.afterHole(0); i < blocks.count(); i = blocks.afterHole(i + 1)) {
      MetadataBlock block = blocks.read(i);
      if (block != null) {
        Place place = inode.place().structure("orphan file block").block(block.number());
        found.addAll(
            OrphanBlock.parse(block.bytes(), geometry, table.checksums(), seed, place).inodes());
      }
      if (i + 1 >= blocks.count()) {
        break;
      }
    }
  }
}
