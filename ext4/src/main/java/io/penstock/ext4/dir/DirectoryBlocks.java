package io.penstock.ext4.dir;

import io.penstock.ext4.edit.InodeBlocks;
import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.DirectoryBlock;
import io.penstock.ext4.format.DirectoryBlockFields;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.HashTreeFields;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.map.FileBlocks;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;

/**
 * The blocks of a directory, to be changed within a transaction; their checksums follow by
 * themselves. Numbers of blocks are counted from the start of the directory. Not thread-safe.
 */
final class DirectoryBlocks {
  private final VolumeWriter volume;
  private final Transaction change;
  private final long number;
  private final int inodeSeed;
  private Inode inode;
  private FileBlocks blocks;

  DirectoryBlocks(VolumeWriter volume, Transaction change, Inode inode) throws IOException {
    this.volume = volume;
    this.change = change;
    this.inode = inode;
    number = inode.number();
    inodeSeed = volume.seals().seedOf(number, inode.generation());
    blocks = new FileBlocks(inode, volume.table());
  }

  /** The directory as it is now. */
  Inode inode() {
    return inode;
  }

  /** What checksums of its blocks begin with. */
  int inodeSeed() {
    return inodeSeed;
  }

  VolumeWriter volume() {
    return volume;
  }

  /** Blocks there are. */
  long count() {
    return blocks.count();
  }

  /** The blocks, to be read as a file. */
  FileBlocks asFile() {
    return blocks;
  }

  Place place() {
    return inode.place().structure("directory block");
  }

  private long locate(long block) throws IOException {
    long where = block < count() ? blocks.locate(block) : -1;
    if (where < 0) {
      throw place().damaged("block " + block + " of a directory of " + count() + " is not there");
    }
    return where;
  }

  /** What a block holds now. */
  DiskBytes read(long block) throws IOException {
    return volume.table().store().read(locate(block)).bytes();
  }

  /** A block of entries, to be looked at. */
  DirectoryBlock view(long block) throws IOException {
    return new DirectoryBlock(read(block), volume.geometry(), place().block(locate(block)));
  }

  /** Whether there is a block, and not a hole. */
  boolean has(long block) throws IOException {
    return block < count() && blocks.locate(block) >= 0;
  }

  /** A block of entries, to be changed. */
  DirectoryBlockFields entries(long block) throws IOException {
    long where = locate(block);
    BlockBytes bytes = change.edit(where);
    change.seal(where, "directory", () -> volume.seals().directory(inodeSeed, bytes));
    return new DirectoryBlockFields(bytes, volume.geometry(), place().block(where));
  }

  /** The root of the hash tree, to be changed. */
  HashTreeFields root() throws IOException {
    return HashTreeFields.root(sealedNode(0));
  }

  /** Another node of the hash tree, to be changed. */
  HashTreeFields node(long block) throws IOException {
    return HashTreeFields.node(sealedNode(block));
  }

  /** Makes the first block the root of a tree with one block of entries. */
  void beginRoot(int version, long leaf) throws IOException {
    HashTreeFields.beginRoot(sealedNode(0), version, leaf, volume.seals().areKept());
    volume.inodes().edit(change, number).flag(InodeFlag.INDEXED, true);
    inode = volume.inodes().read(number);
  }

  /** Makes a block a node that leads to another. */
  HashTreeFields beginNode(long block, long first) throws IOException {
    return HashTreeFields.beginNode(sealedNode(block), first, volume.seals().areKept());
  }

  private BlockBytes sealedNode(long block) throws IOException {
    long where = locate(block);
    BlockBytes bytes = change.edit(where);
    change.seal(where, "directory", () -> volume.seals().hashTree(inodeSeed, bytes, block == 0));
    return bytes;
  }

  /**
   * Adds a block without entries to the end.
   *
   * @return its number
   * @throws IOException ENOSPC
   */
  long append() throws IOException {
    long block = count();
    long _ = InodeBlocks.add(volume, change, inode, block);
    inode = volume.inodes().read(number);
    blocks = new FileBlocks(inode, volume.table());
    entries(block).begin();
    return block;
  }

  boolean has(Feature feature) {
    return volume.geometry().superblock().has(feature);
  }
}
