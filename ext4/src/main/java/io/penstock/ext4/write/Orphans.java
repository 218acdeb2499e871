package io.penstock.ext4.write;

import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.transaction.Transaction;
import java.io.IOException;

/**
 * The list of inodes that a crash leaves something to do with: those that no name leads to and that
 * are open, and those that are being cut. The superblock has the first, and each has the next in
 * place of its deletion time. Source: "Orphan file" of the format's documentation. Volumes with an
 * orphan file have the list too; here the file stays empty.
 *
 * <p>Changed with the writer lock held, looked at by any thread.
 */
public final class Orphans {
  private final VolumeWriter volume;
  private final InodeTable table;
  private final Geometry geometry;

  Orphans(VolumeWriter volume) {
    this.volume = volume;
    table = volume.table();
    geometry = table.store().geometry();
  }

  /** The first in the list; 0 when it is empty. */
  public long first() throws IOException {
    int at = io.penstock.ext4.format.Superblock.OFFSET & geometry.blockSize() - 1;
    return table.store().read(geometry.superblockBlock()).bytes().u32(at + 0xE8);
  }

  /** Whether an inode is in the list. */
  public boolean contains(long number) throws IOException {
    return volume.transactions().look(() -> find(number));
  }

  private boolean find(long number) throws IOException {
    long at = first();
    for (long i = 0; at != 0 && at != number && i < geometry.superblock().inodes(); i++) {
      at = table.inode(at).deletionTime();
    }
    return at == number && at != 0;
  }

  /** Puts an inode into the list, unless it is there. */
  public void add(Transaction change, long number) throws IOException {
    if (!contains(number)) {
      volume.inodes().edit(change, number).deletionTime(first());
      volume.superblock(change).lastOrphan(number);
    }
  }

  /** Takes an inode off the list, if it is there; its deletion time becomes 0. */
  public void remove(Transaction change, long number) throws IOException {
    if (!contains(number)) {
      return;
    }
    long next = table.inode(number).deletionTime();
    if (first() == number) {
      volume.superblock(change).lastOrphan(next);
    } else {
      Inode before = table.inode(first());
      while (before.deletionTime() != number) {
        before = table.inode(before.deletionTime());
      }
      volume.inodes().edit(change, before.number()).deletionTime(next);
    }
    volume.inodes().edit(change, number).deletionTime(0);
  }
}
