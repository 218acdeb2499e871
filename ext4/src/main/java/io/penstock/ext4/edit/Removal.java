package io.penstock.ext4.edit;

import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.map.FileBlocks;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;

/**
 * Deletes inodes that no name leads to and nobody has open: in as many transactions as it takes,
 * with the inode in the list of orphans meanwhile.
 */
public final class Removal {
  private final VolumeWriter volume;

  /** On a volume. */
  public Removal(VolumeWriter volume) {
    this.volume = volume;
  }

  /** Frees the blocks of an inode in the list of orphans, and the inode. */
  public void delete(long number) throws IOException {
    Inode inode = volume.inodes().read(number);
    if (hasBlocks(inode)) {
      cut(inode, 0);
    }
    try (Transaction change = volume.begin(BlockTree.CREDITS)) {
      freeAttributes(change, volume.inodes().read(number));
      volume.orphans().remove(change, number);
      volume.inodes().free(change, number);
      change.stop();
    }
  }

  /** Whether its block area is a map. */
  static boolean hasBlocks(Inode inode) {
    if (inode.has(InodeFlag.INLINE_DATA)) {
      return false;
    }
    return switch (inode.kind()) {
      case REGULAR, DIRECTORY -> true;
      case SYMBOLIC_LINK -> inode.has(InodeFlag.EXTENTS) || inode.size() >= Inode.BLOCK_AREA;
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET, UNKNOWN -> false;
    };
  }

  /** Frees what lies behind some file blocks. */
  private void cut(Inode inode, long keep) throws IOException {
    BlockTree tree = BlockTree.of(inode, volume);
    int most = volume.transactions().mostCredits();
    int runs = Math.clamp((most - BlockTree.CREDITS) / 2, 1, 512);
    int credits = Math.min(most, BlockTree.CREDITS + 2 * runs);
    long left = tree.end();
    while (keep < left) {
      try (Transaction change = volume.begin(credits)) {
        left =
            inode.kind() == FileKind.REGULAR
                ? tree.removeSome(change, keep, left, runs)
                : removeMetadata(change, tree, inode, Math.max(keep, left - runs), left);
        change.stop();
      }
    }
  }

  /**
   * Frees blocks that hold metadata: each is told to the journal, which otherwise would bring back
   * what they held, over what another file has in them then.
   */
  private long removeMetadata(Transaction change, BlockTree tree, Inode inode, long from, long end)
      throws IOException {
    FileBlocks blocks = new FileBlocks(inode, volume.table());
    long[] freed = new long[(int) (end - from)];
    for (int i = 0; i < freed.length; i++) {
      freed[i] = from + i < blocks.count() ? blocks.locate(from + i) : -1;
    }
    long left = tree.removeSome(change, from, end, freed.length);
    for (int i = (int) (left - from); i < freed.length; i++) {
      if (freed[i] >= 0) {
        change.forget(freed[i]);
      }
    }
    return left;
  }

  private void freeAttributes(Transaction change, Inode inode) throws IOException {
    long block = inode.attributeBlock();
    if (block == 0) {
      return;
    }
    long references = volume.table().store().read(block).bytes().u32(4);
    if (references > 1) {
      BlockBytes bytes = change.edit(block).put32(4, references - 1);
      change.seal(block, "attributes", () -> volume.seals().attributes(block, bytes));
    } else {
      volume.blocks().freeMetadata(change, block);
    }
    volume.inodes().edit(change, inode.number()).attributeBlock(0).addBlocks(-1);
  }

  /**
   * Does what a crash has left to be done: deletes the inodes in the list of orphans that no name
   * leads to, and cuts the others to their size.
   */
  public void recover() throws IOException {
    while (true) {
      long number = volume.orphans().first();
      if (number == 0) {
        return;
      }
      Inode inode = volume.inodes().read(number);
      if (inode.links() == 0) {
        delete(number);
      } else {
        recoverCut(inode);
      }
    }
  }

  private void recoverCut(Inode inode) throws IOException {
    if (hasBlocks(inode) && inode.kind() == FileKind.REGULAR) {
      int shift = volume.geometry().blockShift();
      cut(inode, inode.size() + (1L << shift) - 1 >> shift);
    }
    try (Transaction change = volume.begin(BlockTree.CREDITS)) {
      volume.orphans().remove(change, inode.number());
      change.stop();
    }
  }
}
