package io.penstock.ext4.edit;

import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.ExtentNode;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.InodeFields;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Superblock;

/** Gives a new inode the map that new files of its volume have: an empty one. */
public final class NewMap {
  private NewMap() {}

  /** Begins it. */
  public static void begin(InodeFields inode, Superblock superblock) {
    BlockBytes area = inode.blockArea();
    area.clear(0, area.length());
    if (superblock.has(Feature.EXTENTS)) {
      inode.flag(InodeFlag.EXTENTS, true);
      ExtentNode.begin(area, 0, false);
    }
  }
}
