package io.penstock.ext4.edit;

import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.space.BlockRun;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;

/**
 * The block map of an inode, to be changed within a transaction. Blocks of the map itself are taken
 * and freed here, and so are those of data that are removed; what the inode takes on the disk is
 * counted here. Called with the writer lock held.
 */
public interface BlockTree {
  /** The map of an inode. */
  static BlockTree of(Inode inode, VolumeWriter volume) {
    return inode.has(InodeFlag.EXTENTS)
        ? new ExtentTree(volume, inode.number())
        : new IndirectTree(volume, inode.number());
  }

  /** Blocks of metadata that one call may change, the inode's and bitmaps included. */
  int CREDITS = 40;

  /**
   * Puts data where a hole is. Its blocks are claimed, and are taken here.
   *
   * @param run blocks of the volume
   * @param unwritten whether they read as zeros
   * @throws IOException ENOSPC; when the map is damaged
   */
  void insert(Transaction change, long fileBlock, BlockRun run, boolean unwritten)
      throws IOException;

  /**
   * Makes data of what is unwritten at the end of a range: as far as one node of the map goes.
   *
   * @return where what is left of the range ends; {@code from} when nothing is
   */
  long convertSome(Transaction change, long from, long end) throws IOException;

  /**
   * Makes a hole of the end of a range, freeing its blocks: as much as one transaction can take.
   *
   * @param mostRuns runs of blocks that are freed at most
   * @return where what is left of the range ends; {@code from} when all of it is a hole
   */
  long removeSome(Transaction change, long from, long end, int mostRuns) throws IOException;

  /** Where the last block ends that the map has, in file blocks; 0 when it has none. */
  long end() throws IOException;
}
