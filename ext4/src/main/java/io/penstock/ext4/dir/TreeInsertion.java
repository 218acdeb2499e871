package io.penstock.ext4.dir;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.DirectoryBlock;
import io.penstock.ext4.format.DirectoryBlockFields;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.HashTreeFields;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.format.Superblock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Puts an entry into a directory with a hash tree. Where its block is full, the entries with the
 * higher hashes move to a new one; where the node above is full, it is split before; where all
 * nodes up to the root are, the tree gets another level. After each of these steps the way down is
 * looked for again. Not thread-safe.
 */
final class TreeInsertion {
  private final DirectoryBlocks blocks;

  /** An entry with its hash. */
  private record Hashed(int hash, DirectoryEntry entry) {
    int size() {
      return DirectoryBlockFields.sizeOf(entry.name().length());
    }
  }

  TreeInsertion(DirectoryBlocks blocks) {
    this.blocks = blocks;
  }

  private HashTree tree(Name name) throws IOException {
    HashTree tree =
        new HashTree(blocks.asFile(), blocks.volume().table(), blocks.inodeSeed(), blocks.place());
    int _ = tree.seek(name);
    return tree;
  }

  void insert(DirectoryEntry entry) throws IOException {
    int wanted = entry.name().length();
    HashTree tree = tree(entry.name());
    while (blocks.view(tree.leaf()).roomFor(wanted) < 0) {
      if (!compact(tree.leaf(), wanted)) {
        if (tree.node(tree.depth()).isFull()) {
          splitNode(tree);
        } else {
          splitLeaf(tree);
        }
      }
      tree = tree(entry.name());
    }
    boolean done = blocks.entries(tree.leaf()).insert(entry);
    assert done : entry;
  }

  private List<DirectoryEntry> entries(long leaf) throws IOException {
    DirectoryBlock block = blocks.view(leaf);
    List<DirectoryEntry> entries = new ArrayList<>();
    for (int at = block.next(0); at >= 0; at = block.next(block.after(at))) {
      entries.add(block.entry(at));
    }
    return entries;
  }

  /** Puts the entries of a block close together, where that makes enough room. */
  private boolean compact(long leaf, int wanted) throws IOException {
    List<DirectoryEntry> entries = entries(leaf);
    int taken = DirectoryBlockFields.sizeOf(wanted);
    for (DirectoryEntry each : entries) {
      taken += DirectoryBlockFields.sizeOf(each.name().length());
    }
    if (taken > DirectoryBlockFields.room(blocks.volume().geometry())) {
      return false;
    }
    fill(leaf, entries);
    return true;
  }

  private void fill(long leaf, List<DirectoryEntry> entries) throws IOException {
    DirectoryBlockFields block = blocks.entries(leaf).begin();
    for (DirectoryEntry each : entries) {
      boolean done = block.insert(each);
      assert done : each;
    }
  }

  /** Moves about half of a block's entries, those with the higher hashes, to a new block. */
  private void splitLeaf(HashTree tree) throws IOException {
    List<Hashed> sorted = new ArrayList<>();
    for (DirectoryEntry each : entries(tree.leaf())) {
      sorted.add(new Hashed(tree.hash(each.name()), each));
    }
    sorted.sort(Comparator.comparingInt(each -> each.hash ^ Integer.MIN_VALUE)); // unsigned
    int half = half(sorted);
    int hash = sorted.get(half).hash;
    // a look-up that finds nothing in the lower block must go on in this one
    boolean goesOn = sorted.get(half - 1).hash == hash;
    long added = blocks.append();
    fill(added, sorted.subList(half, sorted.size()).stream().map(Hashed::entry).toList());
    fill(tree.leaf(), sorted.subList(0, half).stream().map(Hashed::entry).toList());
    fields(tree, tree.depth()).insert(tree.pair(tree.depth()) + 1, goesOn ? hash | 1 : hash, added);
  }

  /** The first entry to move, so that the fuller of the two blocks is as empty as can be. */
  private static int half(List<Hashed> sorted) {
    int all = sorted.stream().mapToInt(Hashed::size).sum();
    int lower = 0;
    int best = Integer.MAX_VALUE;
    int half = 1;
    for (int i = 1; i < sorted.size(); i++) {
      lower += sorted.get(i - 1).size();
      int fuller = Math.max(lower, all - lower);
      if (fuller < best) {
        best = fuller;
        half = i;
      }
    }
    return half;
  }

  private HashTreeFields fields(HashTree tree, int level) throws IOException {
    return level == 0 ? blocks.root() : blocks.node(tree.blockOf(level));
  }

  /** Splits the highest of the full nodes above the entries, or gives the tree another level. */
  private void splitNode(HashTree tree) throws IOException {
    int level = tree.depth();
    while (level > 0 && tree.node(level - 1).isFull()) {
      level--;
    }
    if (level == 0) {
      grow(tree);
      return;
    }
    long added = blocks.append();
    HashTreeFields node = fields(tree, level);
    HashTreeFields upper = blocks.beginNode(added, 0);
    int hash = node.moveTo(upper, node.count() / 2);
    fields(tree, level - 1).insert(tree.pair(level - 1) + 1, hash, added);
  }

  /** All pairs of the root move to a new node, the only one below it. */
  private void grow(HashTree tree) throws IOException {
    Superblock superblock = blocks.volume().geometry().superblock();
    int levels = tree.depth() + 1;
    if (levels >= HashTree.mostLevels(superblock)) {
      throw new BlockIoException(
          Errno.ENOSPC,
          "add entry",
          blocks.inode().toString(),
          "its hash tree cannot have more than "
              + levels
              + " levels; put names into another directory"
              + (levels < HashTree.MOST_LEVELS ? ", or have tune2fs set large_dir" : ""));
    }
    long added = blocks.append();
    HashTreeFields node = blocks.beginNode(added, 0);
    HashTreeFields root = blocks.root();
    int _ = root.moveTo(node, 0);
    root.onlyTo(added);
    root.levels(levels);
  }
}
