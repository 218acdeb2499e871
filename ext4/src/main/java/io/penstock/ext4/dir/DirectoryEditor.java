package io.penstock.ext4.dir;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.DirectoryBlock;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.HashTreeNode;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.format.NameHash;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A directory, to be changed within a transaction. A directory that outgrows its first block gets a
 * hash tree where the volume has such; one that lies in its inode is moved into blocks first.
 * Whether a name is there already, and link counts and times, are its callers' affair. Not
 * thread-safe.
 */
public final class DirectoryEditor {
  private final DirectoryBlocks blocks;

  /**
   * A directory as it is now.
   *
   * @throws IOException when its block map is damaged; EOPNOTSUPP when it has a hash tree and the
   *     volume says there are none
   */
  public DirectoryEditor(VolumeWriter volume, Transaction change, long number) throws IOException {
    Inode inode = volume.inodes().read(number);
    if (inode.has(InodeFlag.INLINE_DATA)) {
      blocks = InlineConversion.run(volume, change, inode);
      return;
    }
    if (inode.has(InodeFlag.INDEXED) && !volume.geometry().superblock().has(Feature.DIR_INDEX)) {
      throw new BlockIoException(
          Errno.EOPNOTSUPP,
          "change directory",
          inode.toString(),
          "it has a hash tree, and the volume not the feature dir_index; have e2fsck -fD rebuild"
              + " it");
    }
    blocks = new DirectoryBlocks(volume, change, inode);
  }

  /**
   * Makes a new inode an empty directory.
   *
   * @throws IOException ENOSPC
   */
  public static void begin(VolumeWriter volume, Transaction change, long number, long parent)
      throws IOException {
    DirectoryBlocks blocks = new DirectoryBlocks(volume, change, volume.inodes().read(number));
    long first = blocks.append();
    var _ = blocks.entries(first).begin(number, parent);
  }

  private boolean isIndexed() {
    return blocks.inode().has(InodeFlag.INDEXED);
  }

  private HashTree tree() {
    return new HashTree(
        blocks.asFile(), blocks.volume().table(), blocks.inodeSeed(), blocks.place());
  }

  // --- adding ---

  /**
   * Puts an entry in.
   *
   * @throws IOException ENOSPC when the volume or the hash tree is full
   */
  public void insert(DirectoryEntry entry) throws IOException {
    if (!isIndexed() && insertLinear(entry)) {
      return;
    }
    if (isIndexed() || makeTree()) {
      new TreeInsertion(blocks).insert(entry);
    } else {
      boolean done = blocks.entries(blocks.append()).insert(entry);
      assert done : entry;
    }
  }

  private boolean insertLinear(DirectoryEntry entry) throws IOException {
    int length = entry.name().length();
    for (long i = 0; i < blocks.count(); i++) {
      if (blocks.has(i) && blocks.view(i).roomFor(length) >= 0) {
        return blocks.entries(i).insert(entry);
      }
    }
    return false;
  }

  /** Gives a directory of one block a hash tree; false when it cannot have one. */
  private boolean makeTree() throws IOException {
    if (!blocks.has(Feature.DIR_INDEX) || blocks.count() != 1) {
      return false;
    }
    DiskBytes first = blocks.read(0);
    if (first.u16(4) != 12) {
      return false; // its dots are not where a root would have them
    }
    List<DirectoryEntry> entries = new ArrayList<>();
    DirectoryBlock block = blocks.view(0);
    for (int at = block.next(0); at >= 0; at = block.next(block.after(at))) {
      DirectoryEntry entry = block.entry(at);
      if (!entry.name().isDots()) {
        entries.add(entry);
      }
    }
    long leaf = blocks.append();
    var fields = blocks.entries(leaf);
    for (DirectoryEntry each : entries) {
      boolean done = fields.insert(each);
      assert done : each;
    }
    int version = blocks.volume().geometry().superblock().defaultHashVersion();
    blocks.beginRoot(NameHash.isVersion(version) ? version : NameHash.HALF_MD4.ordinal(), leaf);
    return true;
  }

  // --- finding ---

  /** The block that has a name, or -1. */
  private long find(Name name) throws IOException {
    if (!isIndexed()) {
      for (long i = 0; i < blocks.count(); i++) {
        if (blocks.has(i) && blocks.view(i).find(name) != null) {
          return i;
        }
      }
      return -1;
    }
    HashTree tree = tree();
    int hash = tree.seek(name);
    do {
      if (blocks.view(tree.leaf()).find(name) != null) {
        return tree.leaf();
      }
    } while (tree.goesOn(hash));
    return -1;
  }

  private long require(Name name) throws IOException {
    long block = find(name);
    if (block < 0) {
      throw blocks.place().damaged("it has lost the name " + name);
    }
    return block;
  }

  // --- changing ---

  /** Takes a name out that is there. */
  public void remove(Name name) throws IOException {
    boolean done = blocks.entries(require(name)).remove(name);
    assert done : name;
  }

  /** Has a name that is there lead to another inode. */
  public void replace(Name name, long inode, FileKind kind) throws IOException {
    boolean done = blocks.entries(require(name)).replace(name, inode, kind);
    assert done : name;
  }

  /** It is in another directory now. */
  public void parent(long number) throws IOException {
    if (isIndexed() && HashTreeNode.isRoot(blocks.read(0))) {
      blocks.root().parent(number);
    } else {
      blocks.entries(0).parent(number);
    }
  }

  /** An entry that is not one of the dots, or null. */
  public static @Nullable DirectoryEntry anyEntry(VolumeWriter volume, Inode directory)
      throws IOException {
    Directory.Entries entries = Directory.of(directory, volume.table()).entries();
    for (DirectoryEntry each = entries.next(); each != null; each = entries.next()) {
      if (!each.name().isDots()) {
        return each;
      }
    }
    return null;
  }
}
