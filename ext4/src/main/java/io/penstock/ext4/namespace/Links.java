package io.penstock.ext4.namespace;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.InodeFields;
import io.penstock.ext4.format.Superblock;

/**
 * Counts of names. A directory has one for its name, one for its dot, and one for the dots of each
 * directory in it; with dir_nlink a directory with more than can be counted has 1, and keeps it.
 * Source: "i_links_count" in "Index Nodes" of the format's documentation.
 */
final class Links {
  /** Most that can be counted. */
  static final int MOST = 65000;

  /** Of a directory without others in it. */
  static final int EMPTY_DIRECTORY = 2;

  private static final int UNCOUNTED = 1;

  private Links() {}

  /**
   * One more name of something that is no directory.
   *
   * @throws BlockIoException EMLINK
   */
  static void add(InodeFields inode) throws BlockIoException {
    if (inode.links() >= MOST) {
      throw new BlockIoException(
          Errno.EMLINK,
          "link",
          "inode " + inode.number(),
          "it has " + inode.links() + " names, the most there can be; copy it instead");
    }
    inode.links(inode.links() + 1);
  }

  /**
   * One more directory in a directory.
   *
   * @throws BlockIoException EMLINK
   */
  static void addDirectory(InodeFields parent, Superblock superblock) throws BlockIoException {
    int links = parent.links();
    if (links == UNCOUNTED) {
      return;
    }
    if (links < MOST) {
      parent.links(links + 1);
    } else if (superblock.has(Feature.DIR_NLINK)) {
      parent.links(UNCOUNTED);
    } else {
      throw new BlockIoException(
          Errno.EMLINK,
          "create directory",
          "inode " + parent.number(),
          "it has "
              + (links - EMPTY_DIRECTORY)
              + " directories, the most that can be counted; use another, or have tune2fs set"
              + " dir_nlink");
    }
  }

  /** One directory less in a directory. */
  static void removeDirectory(InodeFields parent) {
    if (parent.links() > EMPTY_DIRECTORY) {
      parent.links(parent.links() - 1);
    }
  }
}
