package io.penstock.ext4.xattr;

import io.penstock.ext4.data.DataFile;
import io.penstock.ext4.format.AttributeEntry;
import io.penstock.ext4.format.AttributeList;
import io.penstock.ext4.format.Checksums;
import io.penstock.ext4.format.Crc32c;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.MetadataBlock;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The extended attributes of an inode, from the room behind it, from its attribute block, and from
 * inodes that hold large values. Names are those of getxattr(2), prefix included. Thread-safe.
 */
public final class Attributes {
  private final Inode inode;
  private final InodeTable table;
  private final List<AttributeEntry> entries = new ArrayList<>();

  /**
   * The attributes of an inode.
   *
   * @throws IOException when they cannot be read or are damaged
   */
  public Attributes(Inode inode, InodeTable table) throws IOException {
    this.inode = inode;
    this.table = table;
    entries.addAll(AttributeList.ofInode(inode, table.store().geometry()).entries());
    long number = inode.attributeBlock();
    if (number != 0) {
      Place place = inode.place().structure("attribute block").block(number);
      if (!table.store().geometry().holds(number, 1)) {
        throw place.damaged("it is outside the volume");
      }
      MetadataBlock block = table.store().read(number);
      entries.addAll(
          AttributeList.ofBlock(block.bytes(), table.store().geometry(), table.checksums(), place)
              .entries());
    }
  }

  /** The names, in the order of the disk. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (AttributeEntry each : entries) {
      String name = AttributeNames.of(each);
      if (name != null) {
        names.add(name);
      }
    }
    return names;
  }

  /**
   * The value of an attribute; null when there is none of this name.
   *
   * @throws IOException when it cannot be read or is damaged
   */
  public byte @Nullable [] value(String name) throws IOException {
    for (AttributeEntry each : entries) {
      if (name.equals(AttributeNames.of(each))) {
        return value(each);
      }
    }
    return null;
  }

  /**
   * Clusters that the inode is charged for values in inodes of their own, also where others have
   * the same value; the kernel counts them in the inode's sectors.
   */
  public long largeValueClusters() {
    int shift =
        table.store().geometry().blockShift() + table.store().geometry().clusterBlocksShift();
    long clusters = 0;
    for (AttributeEntry each : entries) {
      if (each.valueInode() != 0) {
        clusters += (each.valueSize() + (1L << shift) - 1) >> shift;
      }
    }
    return clusters;
  }

  private byte[] value(AttributeEntry entry) throws IOException {
    if (entry.valueInode() != 0) {
      return largeValue(entry);
    }
    if (entry.nameIndex() != AttributeNames.ACL_ACCESS
        && entry.nameIndex() != AttributeNames.ACL_DEFAULT) {
      return entry.value().copy();
    }
    byte[] list = AclValue.forPrograms(entry.value());
    if (list == null) {
      throw inode.place().structure("access control list").damaged("it is not one of version 1");
    }
    return list;
  }

  private byte[] largeValue(AttributeEntry entry) throws IOException {
    Place place = inode.place().structure("attribute value in inode " + entry.valueInode());
    if (!table.store().geometry().superblock().has(Feature.EA_INODE)) {
      throw place.damaged("the volume does not have the feature ea_inode");
    }
    Inode holder = table.inode(entry.valueInode());
    if (!holder.has(InodeFlag.EA_INODE) || holder.size() != entry.valueSize()) {
      throw place.damaged(
          "it is not an attribute's value of " + entry.valueSize() + " bytes but " + holder);
    }
    byte[] value = new byte[(int) entry.valueSize()];
    try (DataFile file = new DataFile(holder, table, place.toString())) {
      file.read(MemorySegment.ofArray(value), 0);
    }
    Checksums.compare(
        holder.valueChecksum(), Crc32c.update(table.checksums().seed(), value), place);
    return value;
  }
}
