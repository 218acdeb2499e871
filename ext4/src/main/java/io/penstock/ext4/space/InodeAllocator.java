package io.penstock.ext4.space;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.GroupDescriptor;
import io.penstock.ext4.format.GroupFields;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.transaction.Transaction;
import java.io.IOException;

/**
 * Takes and frees inodes within a transaction. A file's is in the group of its directory where
 * there is room; a directory's too, unless it is in the root: those are spread over the volume, to
 * where there are most free blocks. Called with the writer lock held.
 */
public final class InodeAllocator {
  private final InodeTable table;
  private final Geometry geometry;
  private final Groups groups;

  /** Inodes of a volume. */
  public InodeAllocator(InodeTable table, Groups groups) {
    this.table = table;
    this.groups = groups;
    geometry = table.store().geometry();
  }

  /**
   * Takes an inode; what it holds is still what was there.
   *
   * @param parent inode of the directory it will be in
   * @param directory whether it becomes a directory
   * @throws IOException ENOSPC; when bitmaps cannot be read or are damaged
   */
  public long allocate(Transaction change, long parent, boolean directory) throws IOException {
    long first =
        directory && parent == Inode.ROOT ? emptiestGroup() : geometry.groupOfInode(parent);
    for (long i = 0; i < geometry.groups(); i++) {
      long number = (first + i) % geometry.groups();
      if (groups.read(number).freeInodes() > 0) {
        long inode = allocateIn(change, number, directory);
        if (inode > 0) {
          return inode;
        }
      }
    }
    throw new BlockIoException(
        Errno.ENOSPC,
        "allocate inode",
        table.store().device().name(),
        "all " + geometry.superblock().inodes() + " inodes are in use");
  }

  private long emptiestGroup() throws IOException {
    long best = 0;
    long free = -1;
    for (long i = 0; i < geometry.groups(); i++) {
      GroupDescriptor group = groups.read(i);
      if (group.freeInodes() > 0 && group.freeClusters() > free) {
        best = i;
        free = group.freeClusters();
      }
    }
    return best;
  }

  /** Takes the first free inode of a group; 0 when there is none. */
  private long allocateIn(Transaction change, long number, boolean directory) throws IOException {
    int perGroup = (int) geometry.superblock().inodesPerGroup();
    int reserved = number == 0 ? (int) geometry.superblock().firstInode() - 1 : 0;
    Bitmap bitmap = new Bitmap(groups.readInodes(groups.read(number)));
    int index = bitmap.nextClear(reserved, perGroup);
    if (index == perGroup) {
      return 0;
    }
    BlockBytes bits = groups.editInodes(change, number);
    bits.setBits(index, 1, true);
    GroupDescriptor group = groups.read(number);
    GroupFields fields = groups.edit(change, number);
    fields.freeInodes(group.freeInodes() - 1);
    if (directory) {
      fields.directories(group.directories() + 1);
    }
    if (table.checksums().areKeptOfGroups()) {
      fields.unusedInodes(Math.min(group.unusedInodes(), perGroup - index - 1));
    }
    return number * perGroup + index + 1;
  }

  /** Frees an inode, which nothing refers to any more. */
  public void free(Transaction change, long inode, boolean directory) throws IOException {
    long number = geometry.groupOfInode(inode);
    int index = (int) geometry.indexInGroup(inode);
    BlockBytes bits = groups.editInodes(change, number);
    GroupDescriptor group = groups.read(number);
    if (!bits.isSet(index)) {
      throw group.place().structure("inode bitmap").damaged("inode " + inode + " is marked free");
    }
    bits.setBits(index, 1, false);
    GroupFields fields = groups.edit(change, number);
    fields.freeInodes(group.freeInodes() + 1);
    if (directory) {
      fields.directories(Math.max(0, group.directories() - 1));
    }
  }
}
