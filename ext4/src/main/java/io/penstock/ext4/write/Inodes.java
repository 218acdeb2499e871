package io.penstock.ext4.write;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFields;
import io.penstock.ext4.format.Seals;
import io.penstock.ext4.space.InodeAllocator;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.transaction.Transaction;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** Inodes, to be changed within a transaction; their checksums follow by themselves. */
public final class Inodes {
  private final InodeTable table;
  private final Geometry geometry;
  private final Seals seals;
  private final InodeAllocator allocator;

  Inodes(InodeTable table, Seals seals, InodeAllocator allocator) {
    this.table = table;
    this.seals = seals;
    this.allocator = allocator;
    geometry = table.store().geometry();
  }

  /** An inode as it is now: in its own transaction with what that has changed. */
  public Inode read(long number) throws IOException {
    return table.inode(number);
  }

  /**
   * An inode that was seen before, as it is now.
   *
   * @throws IOException ESTALE when it was deleted since, also where another one has its number
   */
  public Inode current(String operation, Inode seen) throws IOException {
    Inode now = read(seen.number());
    if (now.isFree() || now.generation() != seen.generation()) {
      throw new BlockIoException(
          Errno.ESTALE, operation, seen.toString(), "it was removed; look the name up again");
    }
    return now;
  }

  /** An inode, to be changed; two calls give two views of the same bytes. */
  public InodeFields edit(Transaction change, long number) throws IOException {
    long block = table.blockOf(number);
    int size = geometry.superblock().inodeSize();
    BlockBytes bytes = change.edit(block).slice(table.offsetOf(number), size);
    InodeFields fields = new InodeFields(number, bytes, geometry);
    change.seal(block, number, () -> seals.inode(fields));
    return fields;
  }

  /**
   * A new inode: all times are now, the rest zeros.
   *
   * @param parent inode of the directory it will be in
   * @param mode kind and permissions, as in stat(2)
   */
  public InodeFields create(Transaction change, long parent, int mode) throws IOException {
    boolean directory = (mode & 0xF000) == 0x4000;
    long number = allocator.allocate(change, parent, directory);
    Instant now = Instant.now();
    return edit(change, number)
        .begin(ThreadLocalRandom.current().nextInt() & 0xFFFF_FFFFL)
        .mode(mode)
        .accessTime(now)
        .changeTime(now)
        .modificationTime(now)
        .creationTime(now);
  }

  /**
   * Frees an inode that nothing refers to any more and that has no blocks any more; its deletion
   * time becomes now.
   */
  public void free(Transaction change, long number) throws IOException {
    Inode inode = table.inode(number);
    boolean directory = inode.kind() == io.penstock.ext4.format.FileKind.DIRECTORY;
    edit(change, number).links(0).size(0).deletionTime(Instant.now().getEpochSecond());
    allocator.free(change, number, directory);
  }
}
