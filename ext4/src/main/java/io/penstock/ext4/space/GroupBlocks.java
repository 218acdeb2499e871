package io.penstock.ext4.space;

import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.GroupDescriptor;
import io.penstock.ext4.format.Superblock;
import io.penstock.ext4.store.InodeTable;
import java.io.IOException;

/**
 * What the bitmap of blocks of a group is that was never written: only what the volume itself keeps
 * in the group is in use. Source: "Lazy Block Group Initialization", "Flexible Block Groups" and
 * "Meta Block Groups" of the format's documentation.
 */
final class GroupBlocks {
  private final InodeTable table;
  private final Geometry geometry;
  private final Superblock superblock;

  GroupBlocks(InodeTable table) {
    this.table = table;
    geometry = table.store().geometry();
    superblock = geometry.superblock();
  }

  /**
   * The bitmap, a whole block; the bits behind the group's last block are set.
   *
   * @throws IOException when the group's count of free blocks does not go with it
   */
  byte[] initial(GroupDescriptor group) throws IOException {
    long number = group.group();
    long together = 1L << superblock.logGroupsTogether();
    long first = number & -together;
    byte[] bitmap = bitmap(number, first, Math.min(geometry.groups(), first + together));
    if (free(bitmap, number) != group.freeClusters()) {
      // metadata may lie further away where a volume was resized
      bitmap = bitmap(number, 0, geometry.groups());
    }
    long free = free(bitmap, number);
    if (free != group.freeClusters()) {
      throw group
          .place()
          .damaged(
              "it counts "
                  + group.freeClusters()
                  + " free blocks in a group that was not used, of which "
                  + free
                  + " can be free");
    }
    return bitmap;
  }

  private long free(byte[] bitmap, long group) {
    int blocks = (int) geometry.blocksIn(group);
    long used = 0;
    BlockBytes bits = BlockBytes.of(bitmap);
    for (int i = 0; i < blocks; i++) {
      used += bits.isSet(i) ? 1 : 0;
    }
    return blocks - used;
  }

  private byte[] bitmap(long number, long firstGroup, long endGroup) throws IOException {
    byte[] bytes = new byte[geometry.blockSize()];
    BlockBytes bits = BlockBytes.of(bytes);
    int blocks = (int) geometry.blocksIn(number);
    bits.setBits(blocks, 8 * bytes.length - blocks, true);
    int own = ownBlocks(number);
    bits.setBits(0, Math.min(own, blocks), true);
    for (long each = firstGroup; each < endGroup; each++) {
      GroupDescriptor other = table.group(each);
      mark(bits, number, other.blockBitmap(), 1);
      mark(bits, number, other.inodeBitmap(), 1);
      mark(bits, number, other.inodeTable(), geometry.inodeTableBlocks());
    }
    return bytes;
  }

  /** The copy of the superblock and group descriptors that a group begins with. */
  private int ownBlocks(long group) {
    boolean copy = geometry.hasSuperblock(group);
    int blocks = copy ? 1 : 0;
    if (copy) {
      blocks +=
          (int)
              (superblock.has(Feature.META_BG)
                  ? Math.min(geometry.descriptorBlocks(), superblock.firstMetaGroup())
                  : geometry.descriptorBlocks());
      blocks += superblock.has(Feature.META_BG) ? 0 : superblock.reservedDescriptorBlocks();
    }
    if (geometry.isInMetaGroup(group)) {
      long index = group % geometry.groupsPerMetaGroup();
      boolean last = index == geometry.groupsPerMetaGroup() - 1;
      blocks += index < 2 || last ? 1 : 0;
    }
    return blocks;
  }

  private void mark(BlockBytes bits, long group, long first, long count) {
    long start = geometry.firstBlock(group);
    long from = Math.max(first, start);
    long to = Math.min(first + count, start + geometry.blocksIn(group));
    if (from < to) {
      bits.setBits((int) (from - start), (int) (to - from), true);
    }
  }
}
