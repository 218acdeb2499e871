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
    GroupDescriptor group = group(geometry.groupOfInode(number));
    int size = geometry.superblock().inodeSize();
    long offset = geometry.indexInGroup(number) * size;
    MetadataBlock block = store.read(group.inodeTable() + (offset >> geometry.blockShift()));
    int at = (int) (offset & (geometry.blockSize() - 1));
    Place place = new Place(store.device().name(), "inode", number, block.number());
    return Inode.parse(number, block.bytes().slice(at, size), geometry, checksums, place);
  }
}
