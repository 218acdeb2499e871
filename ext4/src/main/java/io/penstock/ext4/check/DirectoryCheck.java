package io.penstock.ext4.check;

import io.penstock.core.error.BlockIoException;
import io.penstock.ext4.dir.Directory;
import io.penstock.ext4.format.DamagedVolumeException;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.NumberTable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Checks directories: each name can be looked up, leads to an inode in use of the kind it says, and
 * all directories hang together; counts the names of each inode. Not thread-safe.
 */
final class DirectoryCheck {
  private final InodeTable table;
  private final CheckReport report;

  /** Inode → kind plus 1, of those in use. */
  private final NumberTable kinds;

  private final NumberTable names = new NumberTable();

  /** Directory → the directory with its name. */
  private final NumberTable parents = new NumberTable();

  DirectoryCheck(InodeTable table, NumberTable kinds, CheckReport report) {
    this.table = table;
    this.kinds = kinds;
    this.report = report;
  }

  /** Names that lead to an inode. */
  long namesOf(long inode) {
    return names.get(inode, 0);
  }

  /** Goes through one directory. */
  void check(Inode inode) throws IOException {
    try {
      Directory directory = Directory.of(inode, table);
      Directory.Entries entries = directory.entries();
      int dots = 0;
      for (DirectoryEntry each = entries.next(); each != null; each = entries.next()) {
        report.entries++;
        dots += each.name().isDots() ? 1 : 0;
        entry(inode, directory, each);
      }
      if (dots != 2) {
        report.add(place(inode), "it has " + dots + " entries . and ..");
      }
    } catch (DamagedVolumeException damage) {
      report.add(damage);
    } catch (BlockIoException refused) {
      report.add(place(inode), String.valueOf(refused.getMessage()));
    }
  }

  private static String place(Inode inode) {
    return "directory of inode " + inode.number();
  }

  private void entry(Inode inode, Directory directory, DirectoryEntry entry) throws IOException {
    Name name = entry.name();
    names.put(entry.inode(), names.get(entry.inode(), 0) + 1);
    long kind = kinds.get(entry.inode(), 0) - 1;
    if (kind < 0) {
      report.add(place(inode), name + " leads to inode " + entry.inode() + ", not in use");
      return;
    }
    FileKind actual = FileKind.values()[(int) kind];
    boolean typed = table.store().geometry().superblock().has(Feature.FILETYPE);
    if (typed && entry.kind() != actual) {
      report.add(place(inode), name + " is said to be " + entry.kind() + ", it is " + actual);
    }
    if (name.isDots()) {
      dots(inode, entry);
      return;
    }
    if (actual == FileKind.DIRECTORY) {
      if (parents.get(entry.inode(), 0) != 0) {
        report.add(place(inode), name + " leads to a directory that has a name elsewhere");
      }
      parents.put(entry.inode(), inode.number());
    }
    if (inode.has(InodeFlag.INDEXED)) {
      @Nullable DirectoryEntry found = directory.find(name);
      if (found == null || found.inode() != entry.inode()) {
        report.add(place(inode), name + " is not found by its hash");
      }
    }
  }

  private void dots(Inode inode, DirectoryEntry entry) {
    if (entry.name().length() == 1 && entry.inode() != inode.number()) {
      report.add(place(inode), ". leads to inode " + entry.inode());
    }
    if (entry.name().length() == 2) {
      upwards.put(inode.number(), entry.inode());
    }
  }

  /** Directory → where {@code ..} leads. */
  private final NumberTable upwards = new NumberTable();

  /** Checks, when all directories have been gone through, that they hang together. */
  void connections() {
    NumberTable good = new NumberTable();
    good.put(Inode.ROOT, 1);
    for (long each : upwards.sortedBlocks()) {
      long parent = each == Inode.ROOT ? Inode.ROOT : parents.get(each, 0);
      if (parent == 0) {
        report.add("directory of inode " + each, "it has no name");
      } else if (upwards.get(each, 0) != parent) {
        report.add("directory of inode " + each, ".. does not lead to inode " + parent);
      }
      climb(each, good);
    }
  }

  private void climb(long from, NumberTable good) {
    long steps = upwards.size();
    long at = from;
    while (at != 0 && good.get(at, 0) == 0) {
      if (steps-- < 0) {
        report.add("directory of inode " + from, "it is inside itself");
        break;
      }
      at = parents.get(at, 0);
    }
    for (long mark = from; mark != 0 && good.get(mark, 0) == 0; mark = parents.get(mark, 0)) {
      good.put(mark, 1);
    }
  }
}
