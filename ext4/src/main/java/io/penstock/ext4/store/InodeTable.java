package io.penstock.ext4.store;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.Checksums;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.GroupDescriptor;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.Place;
import java.io.IOException;

/** Finds group descriptors and inodes by number. Thread-safe; keeps nothing of its own. */
public final class InodeTable {
  private final MetadataStore store;
  private final Checksums checksums;

  /** The tables of a volume. */
  public InodeTable(MetadataStore store, Checksums checksums) {
    this.store = store;
    this.checksums = checksums;
  }

  /** Where metadata comes from. */
  public MetadataStore store() {
    return store;
  }

  /** How it is protected. */
  public Checksums checksums() {
    return checksums;
  }

  /**
   * The descriptor of a group, checked.
   *
   * @throws IOException when it cannot be read or is damaged
   */
  public GroupDescriptor group(long number) throws IOException {
    Geometry geometry = store.geometry();
    MetadataBlock block = store.read(geometry.descriptorBlock(number));
    Place place = new Place(store.device().name(), "group descriptor", Place.NONE, block.number());
    return GroupDescriptor.parse(
        number,
        block
            .bytes()
            .slice(geometry.descriptorOffset(number), geometry.superblock().descriptorSize()),
        geometry,
        checksums,
        place);
  }

  /**
   * An inode as it is in the table, checked, in use or not.
   *
   * @throws IOException EINVAL when there is no such number; when it cannot be read or is damaged
   */
  public Inode inode(long number) throws IOException {
    Geometry geometry = store.geometry();
    if (!geometry.isInode(number)) {
      throw new BlockIoException(
          Errno.EINVAL,
          "read",
          store.device().name(),
          "inode " + number + " is not one of " + geometry.superblock().inodes());
    }
    int size = geometry.superblock().inodeSize();
    MetadataBlock block = store.read(blockOf(number));
    Place place = new Place(store.device().name(), "inode", number, block.number());
    return Inode.parse(
        number, block.bytes().slice(offsetOf(number), size), geometry, checksums, place);
  }

  /** The block an inode is in. */
  public long blockOf(long number) throws IOException {
    Geometry geometry = store.geometry();
    GroupDescriptor group = group(geometry.groupOfInode(number));
    long offset = geometry.indexInGroup(number) * geometry.superblock().inodeSize();
    return group.inodeTable() + (offset >> geometry.blockShift());
  }

  /** Where in that block it is, bytes. */
  public int offsetOf(long number) {
    Geometry geometry = store.geometry();
    long offset = geometry.indexInGroup(number) * geometry.superblock().inodeSize();
    return (int) (offset & (geometry.blockSize() - 1));
  }
}
