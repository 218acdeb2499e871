package io.penstock.ext4.dir;

import io.penstock.ext4.format.DirectoryBlock;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.HashTreeNode;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.format.NameHash;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.format.Superblock;
import io.penstock.ext4.map.FileBlocks;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.MetadataBlock;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The hash tree of a directory, for looking up names. From the root on, the last pair whose hash is
 * not above the name's leads to the next level; entries of one hash that did not fit one block go
 * on in the next, whose hash then has its lowest bit set. Not thread-safe.
 */
final class HashTree {
  /** Levels of nodes, the root included, with the feature large_dir. */
  static final int MOST_LEVELS = 3;

  private static final int LEVELS = 2;

  private final FileBlocks blocks;
  private final InodeTable table;
  private final int inodeSeed;
  private final Place place;
  private final HashTreeNode[] nodes = new HashTreeNode[MOST_LEVELS];
  private final int[] pairs = new int[MOST_LEVELS];
  private int depth;

  /** Reads a block of entries. */
  interface Leaves {
    /** The block with this number in the directory. */
    DirectoryBlock read(long block) throws IOException;
  }

  HashTree(FileBlocks blocks, InodeTable table, int inodeSeed, Place place) {
    this.blocks = blocks;
    this.table = table;
    this.inodeSeed = inodeSeed;
    this.place = place.structure("hash tree node");
  }

  /** The most levels that a tree of this volume may have, the root included. */
  static int mostLevels(Superblock superblock) {
    return superblock.has(Feature.LARGE_DIR) ? MOST_LEVELS : LEVELS;
  }

  /** Goes to the first block of entries that may have a name; its hash. */
  int seek(Name name) throws IOException {
    Superblock superblock = table.store().geometry().superblock();
    MetadataBlock block = block(0);
    HashTreeNode root =
        HashTreeNode.root(
            block.bytes(),
            table.checksums(),
            inodeSeed,
            place.block(block.number()),
            mostLevels(superblock));
    int hash = hash(name, root, superblock);
    depth = root.levels();
    nodes[0] = root;
    pairs[0] = root.find(hash);
    for (int level = 1; level <= depth; level++) {
      descend(level, nodes[level - 1].block(pairs[level - 1]));
      pairs[level] = nodes[level].find(hash);
    }
    return hash;
  }

  @Nullable DirectoryEntry find(Name name, Leaves leaves) throws IOException {
    int hash = seek(name);
    do {
      DirectoryEntry found = leaves.read(leaf()).find(name);
      if (found != null) {
        return found;
      }
    } while (goesOn(hash));
    return null;
  }

  /** The hash of a name in the tree where this was sent to before. */
  int hash(Name name) throws IOException {
    return hash(name, nodes[0], table.store().geometry().superblock());
  }

  private static int hash(Name name, HashTreeNode root, Superblock superblock) throws IOException {
    int version = root.hashVersion();
    if (!NameHash.isVersion(version)) {
      throw root.place().damaged("its hash version is " + version);
    }
    boolean unsigned = NameHash.isUnsigned(version) || superblock.isHashUnsigned();
    return NameHash.ofVersion(version).of(name.bytes(), superblock.hashSeed(), unsigned);
  }

  /** Levels of nodes below the root. */
  int depth() {
    return depth;
  }

  /** The node it came through. */
  HashTreeNode node(int level) {
    return nodes[level];
  }

  /** The pair of that node that leads on. */
  int pair(int level) {
    return pairs[level];
  }

  /** The block of the directory that the node of a level is in. */
  long blockOf(int level) {
    return level == 0 ? 0 : nodes[level - 1].block(pairs[level - 1]);
  }

  /** The block of entries where it is. */
  long leaf() {
    return nodes[depth].block(pairs[depth]);
  }

  private void descend(int level, long block) throws IOException {
    MetadataBlock read = block(block);
    nodes[level] =
        HashTreeNode.node(read.bytes(), table.checksums(), inodeSeed, place.block(read.number()));
  }

  /** Moves to the next block of entries, and says whether it may have some with this hash. */
  boolean goesOn(int hash) throws IOException {
    int level = depth;
    while (pairs[level] + 1 >= nodes[level].count()) {
      if (level == 0) {
        return false;
      }
      level--;
    }
    pairs[level]++;
    int next = nodes[level].hash(pairs[level]);
    if ((next & ~1) != hash || (next & 1) == 0) {
      return false;
    }
    for (int below = level + 1; below <= depth; below++) {
      descend(below, nodes[below - 1].block(pairs[below - 1]));
      pairs[below] = 0;
    }
    return true;
  }

  private MetadataBlock block(long number) throws IOException {
    if (number >= blocks.count()) {
      throw place.damaged("it points to block " + number + " of a directory of " + blocks.count());
    }
    MetadataBlock block = blocks.read(number);
    if (block == null) {
      throw place.damaged("block " + number + " of the directory is a hole");
    }
    return block;
  }
}
