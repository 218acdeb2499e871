package io.penstock.ext4.space;

import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.GroupDescriptor;
import io.penstock.ext4.format.GroupFields;
import io.penstock.ext4.format.Seals;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.transaction.Transaction;
import java.io.IOException;

/**
 * Group descriptors and bitmaps, to be changed within a transaction; their checksums, which are in
 * the descriptor, follow by themselves. Thread-safe.
 */
public final class Groups {
  private final InodeTable table;
  private final Geometry geometry;
  private final Seals seals;
  private final GroupBlocks layout;

  /** Those of a volume. */
  public Groups(InodeTable table, Seals seals) {
    this.table = table;
    this.seals = seals;
    geometry = table.store().geometry();
    layout = new GroupBlocks(table);
  }

  /** A descriptor as it is now. */
  public GroupDescriptor read(long group) throws IOException {
    return table.group(group);
  }

  /** A descriptor, to be changed. */
  public GroupFields edit(Transaction change, long group) throws IOException {
    long block = geometry.descriptorBlock(group);
    int size = geometry.superblock().descriptorSize();
    BlockBytes bytes = change.edit(block).slice(geometry.descriptorOffset(group), size);
    change.seal(block, group, () -> seals.descriptor(group, bytes));
    return new GroupFields(bytes);
  }

  // --- bitmaps of blocks ---

  /** The bitmap of blocks as it is now; what it would be, where it was never written. */
  DiskBytes readBlocks(GroupDescriptor group) throws IOException {
    return group.isBlocksUninitialised()
        ? DiskBytes.of(layout.initial(group))
        : table.store().read(group.blockBitmap()).bytes();
  }

  /** The bitmap of blocks, to be changed. */
  BlockBytes editBlocks(Transaction change, long number) throws IOException {
    GroupDescriptor group = table.group(number);
    BlockBytes bitmap;
    if (group.isBlocksUninitialised()) {
      byte[] initial = layout.initial(group);
      bitmap = change.overwrite(group.blockBitmap()).put(0, initial);
      edit(change, number).blocksInitialised();
    } else {
      bitmap = change.edit(group.blockBitmap());
    }
    int bytes = (int) (geometry.superblock().blocksPerGroup() / 8);
    change.seal(
        group.blockBitmap(),
        "bitmap",
        () -> seals.blockBitmap(bitmap.view(), bytes, edit(change, number).bytes()));
    return bitmap;
  }

  // --- bitmaps of inodes ---

  /** The bitmap of inodes as it is now; an empty one, where it was never written. */
  DiskBytes readInodes(GroupDescriptor group) throws IOException {
    return group.isInodesUninitialised()
        ? DiskBytes.of(emptyInodes())
        : table.store().read(group.inodeBitmap()).bytes();
  }

  private byte[] emptyInodes() {
    byte[] bytes = new byte[geometry.blockSize()];
    int inodes = (int) geometry.superblock().inodesPerGroup();
    BlockBytes.of(bytes).setBits(inodes, 8 * bytes.length - inodes, true);
    return bytes;
  }

  /** The bitmap of inodes, to be changed. */
  BlockBytes editInodes(Transaction change, long number) throws IOException {
    GroupDescriptor group = table.group(number);
    BlockBytes bitmap;
    if (group.isInodesUninitialised()) {
      bitmap = change.overwrite(group.inodeBitmap()).put(0, emptyInodes());
      edit(change, number).inodesInitialised();
    } else {
      bitmap = change.edit(group.inodeBitmap());
    }
    int bytes = (int) (geometry.superblock().inodesPerGroup() / 8);
    change.seal(
        group.inodeBitmap(),
        "bitmap",
        () -> seals.inodeBitmap(bitmap.view(), bytes, edit(change, number).bytes()));
    return bitmap;
  }
}
