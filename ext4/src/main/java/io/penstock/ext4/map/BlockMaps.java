package io.penstock.ext4.map;

import io.penstock.core.map.BlockMapper;
import io.penstock.ext4.format.AttributeList;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.MetadataStore;
import io.penstock.ext4.store.Relocation;
import java.io.IOException;
import java.util.Arrays;

/** Finds the map that an inode has: extents, indirect blocks, or its data right there. */
public final class BlockMaps {
  private BlockMaps() {}

  /**
   * The map of an inode, as it is on the disk: what the journal holds of the file is not looked at.
   *
   * @throws IOException when its root is damaged
   */
  public static BlockMapper of(Inode inode, InodeTable table) throws IOException {
    if (inode.has(InodeFlag.INLINE_DATA)) {
      byte[] contents = inlineData(inode, table);
      return new InlineMapper(
          MetadataStore.deviceOf(
              contents, table.store().geometry().blockSize(), "inline data of " + inode));
    }
    return inode.has(InodeFlag.EXTENTS)
        ? new ExtentMapper(inode, table)
        : new IndirectMapper(inode, table.store());
  }

  /** The map of an inode for reading its data: with the newest contents of its blocks. */
  public static BlockMapper newest(Inode inode, InodeTable table) throws IOException {
    BlockMapper map = of(inode, table);
    MetadataStore store = table.store();
    return store.relocation() == Relocation.NONE ? map : new RelocatedMapper(map, store);
  }

  /**
   * The data of a file that lies in its inode: the block area, then the attribute {@code
   * system.data}.
   *
   * @throws IOException when it is shorter than the file
   */
  public static byte[] inlineData(Inode inode, InodeTable table) throws IOException {
    DiskBytes more = AttributeList.ofInode(inode, table.store().geometry()).inlineData();
    int most = Inode.BLOCK_AREA + more.length();
    if (inode.size() > most) {
      throw inode
          .place()
          .structure("inline data")
          .damaged("it is " + most + " bytes long, the file " + inode.size());
    }
    byte[] all = Arrays.copyOf(inode.blockArea().copy(), most);
    System.arraycopy(more.copy(), 0, all, Inode.BLOCK_AREA, more.length());
    return Arrays.copyOf(all, (int) inode.size());
  }
}
