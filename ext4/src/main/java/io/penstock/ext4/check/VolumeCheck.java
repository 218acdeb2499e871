package io.penstock.ext4.check;

import io.penstock.ext4.format.DamagedVolumeException;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.GroupDescriptor;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Superblock;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.NumberTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a volume as a whole, changing nothing: checksums of all metadata, that every block
 * belongs to one owner, that names lead to inodes in use and are as many as these say, that bitmaps
 * and counts are what was found. Memory grows with the number of inodes and blocks in use. Not
 * thread-safe.
 */
public final class VolumeCheck {
  private final InodeTable table;
  private final Geometry geometry;
  private final CheckReport report = new CheckReport();
  private final Claims claims;
  private final NumberTable kinds = new NumberTable();
  private final List<BitSet> used = new ArrayList<>();
  private final List<Long> directoriesOf = new ArrayList<>();
  private final Set<Long> orphans = new HashSet<>();
  private final boolean replayed;

  private VolumeCheck(InodeTable table, boolean replayed) {
    this.table = table;
    this.replayed = replayed;
    geometry = table.store().geometry();
    claims = new Claims(geometry);
  }

  /**
   * Checks the volume that a table of inodes belongs to.
   *
   * @param replayed whether it is seen with its journal, so that sums in the superblock may be old
   * @throws IOException when the device fails; damage is reported
   */
  @SuppressWarnings("exports") // for the volume itself, which hands out reports only
  public static CheckReport run(InodeTable table, boolean replayed) throws IOException {
    return new VolumeCheck(table, replayed).run();
  }

  private CheckReport run() throws IOException {
    GroupCheck groups = new GroupCheck(table, claims, report);
    for (long group = 0; group < geometry.groups(); group++) {
      groups.claim(group);
    }
    Superblock superblock = geometry.superblock();
    if (superblock.has(Feature.MMP)) {
      claims.claim(superblock.mmpBlock());
    }
    findOrphans();
    InodeCheck inodes = new InodeCheck(table, claims, report);
    for (long group = 0; group < geometry.groups(); group++) {
      inodesOf(group, inodes);
    }
    DirectoryCheck directories = new DirectoryCheck(table, kinds, report);
    everyInode(
        inode -> {
          if (inode.kind() == FileKind.DIRECTORY) {
            directories.check(inode);
          }
        });
    directories.connections();
    everyInode(inode -> links(inode, directories.namesOf(inode.number())));
    for (long group = 0; group < geometry.groups(); group++) {
      groups.compare(group, used.get((int) group), directoriesOf.get((int) group));
    }
    sums();
    return report;
  }

  // --- inodes ---

  private void inodesOf(long group, InodeCheck check) throws IOException {
    BitSet found = new BitSet();
    long directories = 0;
    used.add(found);
    @Nullable GroupDescriptor descriptor = descriptor(group);
    if (descriptor != null) {
      long count = tableLength(descriptor);
      BitSet marked =
          descriptor.isInodesUninitialised()
              ? new BitSet()
              : GroupCheck.bits(
                  table.store().read(descriptor.inodeBitmap()).bytes(),
                  (int) geometry.superblock().inodesPerGroup());
      for (long i = 0; i < count; i++) {
        Inode inode = inode(group * geometry.superblock().inodesPerGroup() + i + 1);
        if (inode == null) {
          found.set((int) i, marked.get((int) i));
        } else if (isUsed(inode, marked.get((int) i))) {
          found.set((int) i);
          kinds.put(inode.number(), inode.kind().ordinal() + 1L);
          report.inodes++;
          directories += inode.kind() == FileKind.DIRECTORY ? 1 : 0;
          check.check(inode);
        }
      }
    }
    report.directories += directories;
    directoriesOf.add(directories);
  }

  private @Nullable GroupDescriptor descriptor(long group) throws IOException {
    try {
      return table.group(group);
    } catch (DamagedVolumeException damage) {
      return null; // told before
    }
  }

  private long tableLength(GroupDescriptor descriptor) {
    long all = geometry.superblock().inodesPerGroup();
    if (!table.checksums().areKeptOfGroups()) {
      return all;
    }
    return descriptor.isInodesUninitialised() ? 0 : Math.max(0, all - descriptor.unusedInodes());
  }

  private @Nullable Inode inode(long number) throws IOException {
    try {
      return table.inode(number);
    } catch (DamagedVolumeException damage) {
      report.add(damage);
      return null;
    }
  }

  private boolean isUsed(Inode inode, boolean marked) {
    if (inode.number() < geometry.superblock().firstInode()) {
      return true;
    }
    return !inode.isFree()
        || orphans.contains(inode.number())
        || marked && inode.has(InodeFlag.EA_INODE);
  }

  /** Does something with an inode. */
  private interface Action {
    void on(Inode inode) throws IOException;
  }

  private void everyInode(Action action) throws IOException {
    for (long number : kinds.sortedBlocks()) {
      action.on(table.inode(number));
    }
  }

  private void links(Inode inode, long names) {
    Superblock superblock = geometry.superblock();
    boolean special =
        inode.number() < superblock.firstInode() && inode.number() != Inode.ROOT
            || inode.number() == superblock.orphanFileInode()
            || inode.number() == superblock.projectQuotaInode()
            || inode.has(InodeFlag.EA_INODE)
            || orphans.contains(inode.number());
    boolean uncounted = inode.kind() == FileKind.DIRECTORY && inode.links() == 1;
    if (!special && !uncounted && names != inode.links()) {
      report.add(
          inode.place().toString(), "it counts " + inode.links() + " names, there are " + names);
    }
  }

  // --- orphans ---

  private void findOrphans() throws IOException {
    try {
      orphans.addAll(Orphans.find(table));
    } catch (DamagedVolumeException damage) {
      report.add(damage);
    }
    report.orphans = orphans.size();
  }

  // --- sums ---

  private void sums() throws IOException {
    if (replayed) {
      return;
    }
    long clusters = 0;
    long inodes = 0;
    for (long i = 0; i < geometry.groups(); i++) {
      @Nullable GroupDescriptor group = descriptor(i);
      if (group == null) {
        return;
      }
      clusters += group.freeClusters();
      inodes += group.freeInodes();
    }
    Superblock superblock = geometry.superblock();
    long blocks = clusters << geometry.clusterBlocksShift();
    if (superblock.freeBlocks() != blocks) {
      report.add(
          superblock.place().toString(),
          "it counts " + superblock.freeBlocks() + " free blocks, its groups " + blocks);
    }
    if (superblock.freeInodes() != inodes) {
      report.add(
          superblock.place().toString(),
          "it counts " + superblock.freeInodes() + " free inodes, its groups " + inodes);
    }
  }
}
