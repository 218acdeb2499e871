package io.penstock.ext4.check;

import io.penstock.core.error.BlockIoException;
import io.penstock.ext4.format.DamagedVolumeException;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.GroupDescriptor;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.format.Superblock;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.MetadataStore;
import java.io.IOException;
import java.util.BitSet;

/**
 * Checks the groups: before the inodes, that their descriptors and bitmaps are whole, and claims
 * the blocks they use themselves; after them, that bitmaps and counts say what was found. Not
 * thread-safe.
 */
final class GroupCheck {
  private final InodeTable table;
  private final MetadataStore store;
  private final Geometry geometry;
  private final Superblock superblock;
  private final Claims claims;
  private final CheckReport report;

  GroupCheck(InodeTable table, Claims claims, CheckReport report) {
    this.table = table;
    this.claims = claims;
    this.report = report;
    store = table.store();
    geometry = store.geometry();
    superblock = geometry.superblock();
  }

  // --- before the inodes ---

  /** Claims what a group uses itself, as far as it can be known. */
  void claim(long group) throws IOException {
    if (group == 0) {
      for (long block = geometry.firstBlock(0); block <= geometry.superblockBlock(); block++) {
        claims.claim(block);
      }
    }
    if (geometry.hasSuperblock(group)) {
      if (group != 0) {
        claims.claim(geometry.firstBlock(group));
        checkCopy(group);
      }
      long first = group == 0 ? geometry.superblockBlock() + 1 : geometry.firstBlock(group) + 1;
      for (long i = 0; i < oldDescriptorBlocks(); i++) {
        claims.claim(first + i);
      }
    }
    claimMetaGroup(group);
    try {
      claim(table.group(group));
    } catch (DamagedVolumeException damage) {
      report.add(damage);
    }
  }

  private long oldDescriptorBlocks() {
    return superblock.has(Feature.META_BG)
        ? Math.min(geometry.descriptorBlocks(), superblock.firstMetaGroup())
        : geometry.descriptorBlocks();
  }

  private void claimMetaGroup(long group) {
    if (!geometry.isInMetaGroup(group)) {
      return;
    }
    int size = geometry.groupsPerMetaGroup();
    long index = group % size;
    if (index == 0 || index == 1 || index == size - 1) {
      long first = group == 0 ? geometry.superblockBlock() : geometry.firstBlock(group);
      claims.claim(first + (geometry.hasSuperblock(group) ? 1 : 0));
    }
  }

  private void claim(GroupDescriptor group) {
    int shift = geometry.clusterBlocksShift();
    boolean single = shift == 0;
    if (!claims.claim(group.blockBitmap()) && single) {
      report.add(group.place().toString(), "its block bitmap is in a block in use");
    }
    if (!claims.claim(group.inodeBitmap()) && single) {
      report.add(group.place().toString(), "its inode bitmap is in a block in use");
    }
    for (long i = 0; i < geometry.inodeTableBlocks(); i++) {
      if (!claims.claim(group.inodeTable() + i) && single) {
        report.add(group.place().toString(), "its inode table is in blocks in use");
        break;
      }
    }
  }

  /** The copy of the superblock that a group begins with. */
  private void checkCopy(long group) throws IOException {
    DiskBytes bytes = store.read(geometry.firstBlock(group)).bytes().slice(0, Superblock.LENGTH);
    Place place = Place.of(store.device().name(), "copy of the superblock in group " + group);
    try {
      Superblock copy = Superblock.parse(bytes, store.device().name());
      if (copy.blocks() != superblock.blocks() || !copy.uuid().equals(superblock.uuid())) {
        report.add(place.toString(), "it is that of another volume");
      }
    } catch (BlockIoException damage) {
      report.add(place.toString(), String.valueOf(damage.getMessage()));
    }
  }

  // --- after the inodes ---

  /**
   * Compares a group's bitmaps and counts with what was found.
   *
   * @param used inodes of the group that are in use
   * @param directories how many of them are directories
   */
  void compare(long number, BitSet used, long directories) throws IOException {
    GroupDescriptor group;
    try {
      group = table.group(number);
    } catch (DamagedVolumeException damage) {
      return; // told before
    }
    compareBlocks(group);
    compareInodes(group, used);
    if (group.directories() != directories) {
      report.add(
          group.place().toString(),
          "it counts " + group.directories() + " directories, there are " + directories);
    }
  }

  private void compareBlocks(GroupDescriptor group) throws IOException {
    int clusters = (int) geometry.clustersIn(group.group());
    BitSet claimed = claims.of(group.group());
    report.clusters += claimed.cardinality();
    int free = clusters - claimed.cardinality();
    if (!group.isBlocksUninitialised()) {
      DiskBytes bitmap = store.read(group.blockBitmap()).bytes();
      int bits =
          (int)
              (superblock.has(Feature.BIGALLOC)
                  ? superblock.clustersPerGroup()
                  : superblock.blocksPerGroup());
      if (table.checksums().areKept()
          && !group.hasBlockBitmapChecksum(table.checksums().ofBitmap(bitmap, bits / 8))) {
        report.add(group.place().toString(), "the checksum of its block bitmap is wrong");
      }
      differences(
          group,
          bits(bitmap, clusters),
          claimed,
          superblock.has(Feature.BIGALLOC) ? "clusters" : "blocks");
    }
    if (group.freeClusters() != free) {
      report.add(
          group.place().toString(),
          "it counts " + group.freeClusters() + " free blocks, there are " + free);
    }
  }

  private void compareInodes(GroupDescriptor group, BitSet used) throws IOException {
    int inodes = (int) superblock.inodesPerGroup();
    if (!group.isInodesUninitialised()) {
      DiskBytes bitmap = store.read(group.inodeBitmap()).bytes();
      if (table.checksums().areKept()
          && !group.hasInodeBitmapChecksum(table.checksums().ofBitmap(bitmap, inodes / 8))) {
        report.add(group.place().toString(), "the checksum of its inode bitmap is wrong");
      }
      differences(group, bits(bitmap, inodes), used, "inodes");
    }
    int free = inodes - used.cardinality();
    if (group.freeInodes() != free) {
      report.add(
          group.place().toString(),
          "it counts " + group.freeInodes() + " free inodes, there are " + free);
    }
  }

  private void differences(GroupDescriptor group, BitSet marked, BitSet found, String what) {
    BitSet lost = (BitSet) marked.clone();
    lost.andNot(found);
    if (!lost.isEmpty()) {
      report.add(
          group.place().toString(),
          lost.cardinality()
              + " "
              + what
              + " are marked as in use and are not, from number "
              + lost.nextSetBit(0)
              + " of the group on");
    }
    BitSet wanted = (BitSet) found.clone();
    wanted.andNot(marked);
    if (!wanted.isEmpty()) {
      report.add(
          group.place().toString(),
          wanted.cardinality()
              + " "
              + what
              + " are in use and marked as free, from number "
              + wanted.nextSetBit(0)
              + " of the group on");
    }
  }

  /** The first bits of a bitmap. */
  static BitSet bits(DiskBytes bitmap, int count) {
    BitSet bits = BitSet.valueOf(bitmap.copy());
    bits.clear(Math.min(count, bits.length()), Math.max(count, bits.length()));
    return bits;
  }
}
