package io.penstock.ext4.namespace;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.dir.DirectoryEditor;
import io.penstock.ext4.edit.InodeBlocks;
import io.penstock.ext4.edit.NewMap;
import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFields;
import io.penstock.ext4.format.NewNode;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;

/** What new inodes hold, each kind its own. */
final class Contents {
  private Contents() {}

  /** Gives a new inode what it holds. */
  static void fill(
      VolumeWriter volume, Transaction change, NewNode node, InodeFields inode, long parent)
      throws IOException {
    switch (node.kind()) {
      case REGULAR -> NewMap.begin(inode.links(1), volume.geometry().superblock());
      case DIRECTORY -> {
        NewMap.begin(inode.links(Links.EMPTY_DIRECTORY), volume.geometry().superblock());
        DirectoryEditor.begin(volume, change, inode.number(), parent);
      }
      case SYMBOLIC_LINK -> link(volume, change, node.target(), inode.links(1));
      case CHARACTER_DEVICE, BLOCK_DEVICE -> {
        var _ = inode.links(1).device((int) (node.device() >>> 32), (int) node.device());
      }
      case FIFO, SOCKET -> {
        var _ = inode.links(1);
      }
      case UNKNOWN -> throw new IllegalArgumentException("what is unknown cannot be created");
    }
  }

  /** A short target lies in the inode, a longer one in a block of its own. */
  private static void link(
      VolumeWriter volume, Transaction change, DiskBytes target, InodeFields inode)
      throws IOException {
    int length = target.length();
    int most = volume.geometry().blockSize() - 1;
    if (length == 0 || length > most) {
      throw new BlockIoException(
          length == 0 ? Errno.EINVAL : Errno.ENAMETOOLONG,
          "create symbolic link",
          "inode " + inode.number(),
          "a target of " + length + " bytes cannot be; use 1 to " + most);
    }
    if (length < Inode.BLOCK_AREA) {
      var _ = inode.blockArea().put(0, target);
    } else {
      NewMap.begin(inode, volume.geometry().superblock());
      Inode now = volume.inodes().read(inode.number());
      long block = InodeBlocks.add(volume, change, now, 0);
      BlockBytes _ = change.edit(block).put(0, target);
    }
    var _ = inode.size(length);
  }
}
