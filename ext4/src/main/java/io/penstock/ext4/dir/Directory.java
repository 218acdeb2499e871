package io.penstock.ext4.dir;

import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.store.InodeTable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The names in a directory. Thread-safe. */
public interface Directory {
  /** The directory that an inode is. */
  static Directory of(Inode inode, InodeTable table) throws IOException {
    if (inode.has(InodeFlag.INLINE_DATA)) {
      return new InlineDirectory(inode, table);
    }
    boolean indexed =
        inode.has(InodeFlag.INDEXED)
            && table.store().geometry().superblock().has(Feature.DIR_INDEX);
    return new BlockDirectory(inode, table, indexed);
  }

  /** All entries, {@code .} and {@code ..} included, in the order of the disk. */
  Entries entries() throws IOException;

  /**
   * The entry with this name, or null.
   *
   * @throws IOException when the directory cannot be read or is damaged on the way
   */
  @Nullable DirectoryEntry find(Name name) throws IOException;

  /** Entries one after the other. Not thread-safe. */
  interface Entries {
    /** The next entry, or null at the end. */
    @Nullable DirectoryEntry next() throws IOException;
  }
}
