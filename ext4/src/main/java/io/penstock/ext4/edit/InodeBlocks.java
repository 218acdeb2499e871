package io.penstock.ext4.edit;

import io.penstock.ext4.format.Inode;
import io.penstock.ext4.map.FileBlocks;
import io.penstock.ext4.space.BlockRun;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;

/**
 * The blocks of an inode that holds metadata: a directory, a long symbolic link. Called with the
 * writer lock held.
 */
public final class InodeBlocks {
  private InodeBlocks() {}

  /**
   * Adds a block of metadata behind the last, or where a hole is; the size becomes that of all
   * blocks if it was less.
   *
   * @param block which one of the inode's
   * @return the block of the volume; it is new to the transaction, all zeros
   * @throws IOException ENOSPC
   */
  public static long add(VolumeWriter volume, Transaction change, Inode inode, long block)
      throws IOException {
    long goal = block == 0 ? 0 : new FileBlocks(inode, volume.table()).locate(block - 1) + 1;
    if (goal <= 0) {
      goal = volume.geometry().firstBlock(volume.geometry().groupOfInode(inode.number()));
    }
    BlockRun run = volume.blocks().claim(goal, 1, null);
    change.onAbort(() -> volume.blocks().release(run.first(), run.count()));
    BlockTree.of(inode, volume).insert(change, block, run, false);
    long size = block + 1 << volume.geometry().blockShift();
    if (inode.size() < size) {
      var _ = volume.inodes().edit(change, inode.number()).size(size);
    }
    var _ = change.create(run.first());
    return run.first();
  }
}
