package io.penstock.ext4.dir;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.DirectoryBlock;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.map.FileBlocks;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;

/**
 * Puts an entry into the first block of a directory that has room for it. The directory does not
 * grow, and must not have a hash tree.
 */
public final class EntryInsertion {
  private final VolumeWriter volume;
  private final int blockSize;

  /** In directories of a volume. */
  public EntryInsertion(VolumeWriter volume) {
    this.volume = volume;
    blockSize = volume.geometry().blockSize();
  }

  /**
   * Puts an entry in.
   *
   * @throws IOException ENOSPC when no block has room
   */
  public void insert(Transaction change, Inode directory, DirectoryEntry entry) throws IOException {
    if (!directory.has(InodeFlag.INDEXED) && !directory.has(InodeFlag.INLINE_DATA)) {
      FileBlocks blocks = new FileBlocks(directory, volume.table());
      for (long i = 0; i < blocks.count(); i++) {
        long block = blocks.locate(i);
        if (block >= 0 && insert(change, directory, block, entry)) {
          return;
        }
      }
    }
    throw new BlockIoException(
        Errno.ENOSPC, "add entry", directory.toString(), "no block of it has room");
  }

  private boolean insert(
      Transaction change, Inode directory, long number, DirectoryEntry entry) throws IOException {
    DiskBytes now = volume.table().store().read(number).bytes();
    int end = blockSize - (volume.seals().areKept() ? DirectoryBlock.TAIL : 0);
    int wanted = sizeOf(entry.name().length());
    for (int at = 0; at < end; ) {
      int length = DirectoryBlock.recordLength(now, at, blockSize);
      boolean used = now.u32(at) != 0;
      int taken = used ? sizeOf(now.u8(at + 6)) : 0;
      if (length - taken >= wanted) {
        BlockBytes block = change.edit(number);
        if (used) {
          DirectoryBlock.putRecordLength(block, at, taken, blockSize);
        }
        put(block, at + taken, length - taken, entry);
        int seed = volume.seals().seedOf(directory.number(), directory.generation());
        change.seal(number, "directory", () -> volume.seals().directory(seed, block));
        return true;
      }
      at += length;
    }
    return false;
  }

  private static int sizeOf(int nameLength) {
    return DirectoryEntry.HEADER + nameLength + 3 & ~3;
  }

  private void put(BlockBytes block, int at, int length, DirectoryEntry entry) {
    block.put32(at, entry.inode());
    DirectoryBlock.putRecordLength(block, at, length, blockSize);
    block.put8(at + 6, entry.name().length());
    boolean typed = volume.geometry().superblock().has(Feature.FILETYPE);
    block.put8(at + 7, typed ? entry.kind().entryType() : 0);
    block.put(at + DirectoryEntry.HEADER, entry.name().bytes());
  }
}
