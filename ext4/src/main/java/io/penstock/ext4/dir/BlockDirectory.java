package io.penstock.ext4.dir;

import io.penstock.ext4.format.DirectoryBlock;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.HashTreeNode;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.map.FileBlocks;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.MetadataBlock;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A directory in blocks. Listing goes through all of them, whether there is a hash tree or not:
 * nodes of the tree look like blocks without entries. Looking up a name goes through the tree where
 * there is one. Thread-safe.
 */
final class BlockDirectory implements Directory {
  private final Inode inode;
  private final InodeTable table;
  private final boolean indexed;
  private final int inodeSeed;
  private final Place place;

  BlockDirectory(Inode inode, InodeTable table, boolean indexed) throws IOException {
    this.inode = inode;
    this.table = table;
    this.indexed = indexed;
    inodeSeed = table.checksums().seedOf(inode.number(), inode.generation());
    place = inode.place().structure("directory block");
    // a directory that uses more blocks than there are uses some of them twice, or none
    if (inode.size() > table.store().geometry().blocks() << table.store().geometry().blockShift()) {
      throw inode.place().damaged("a directory of " + inode.size() + " bytes is larger than all");
    }
  }

  @Override
  public Entries entries() throws IOException {
    FileBlocks blocks = new FileBlocks(inode, table);
    return new Entries() {
      private long next;
      private @Nullable DirectoryBlock current;
      private int at;

      @Override
      public @Nullable DirectoryEntry next() throws IOException {
        while (true) {
          DirectoryBlock block = current;
          if (block != null) {
            int found = block.next(at);
            if (found >= 0) {
              at = block.after(found);
              return block.entry(found);
            }
            current = null;
          }
          if (next >= blocks.count()) {
            return null;
          }
          next = blocks.afterHole(next);
          if (next < blocks.count()) {
            current = block(blocks, next++);
            at = 0;
          }
        }
      }
    };
  }

  @Override
  public @Nullable DirectoryEntry find(Name name) throws IOException {
    FileBlocks blocks = new FileBlocks(inode, table);
    if (indexed && !name.isDots()) {
      HashTree tree = new HashTree(blocks, table, inodeSeed, place);
      return tree.find(name, block -> block(blocks, block));
    }
    for (long i = 0; i < blocks.count(); ) {
      i = blocks.afterHole(i);
      if (i < blocks.count()) {
        DirectoryEntry found = block(blocks, i++).find(name);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  /** A block of the directory, its checksum verified. */
  private DirectoryBlock block(FileBlocks blocks, long number) throws IOException {
    MetadataBlock block = blocks.read(number);
    if (block == null) {
      throw place.damaged("block " + number + " of the directory is a hole");
    }
    DirectoryBlock known = block.parsed(table, DirectoryBlock.class);
    if (known != null && known.place().inode() == inode.number()) {
      return known;
    }
    DirectoryBlock made =
        new DirectoryBlock(block.bytes(), table.store().geometry(), place.block(block.number()));
    check(made, block.bytes(), number);
    block.remember(table, made);
    return made;
  }

  private void check(DirectoryBlock block, DiskBytes bytes, long number) throws IOException {
    if (!table.checksums().areKept()) {
      return;
    }
    Place where = block.place();
    if (indexed && number == 0 && HashTreeNode.isRoot(bytes)) {
      HashTreeNode.root(bytes, table.checksums(), inodeSeed, where, HashTree.MOST_LEVELS);
    } else if (indexed && HashTreeNode.isNode(bytes)) {
      HashTreeNode.node(bytes, table.checksums(), inodeSeed, where);
    } else {
      block.checkTail(table.checksums(), inodeSeed);
    }
  }
}
