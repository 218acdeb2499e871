package io.penstock.ext4.namespace;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Name;

/** What may not be, said with its remedy. */
final class Refusals {
  private Refusals() {}

  /** A failure of an operation on a name. */
  static BlockIoException of(Errno errno, String operation, Name name, String detail) {
    return new BlockIoException(errno, operation, name.toString(), detail);
  }

  /**
   * A name that a directory can have and that is not one of the dots.
   *
   * @throws BlockIoException ENAMETOOLONG, EINVAL
   */
  static void requireName(String operation, Name name) throws BlockIoException {
    if (name.length() > DirectoryEntry.MAX_NAME) {
      throw of(
          Errno.ENAMETOOLONG,
          operation,
          name,
          "it has " + name.length() + " bytes; use " + DirectoryEntry.MAX_NAME + " at most");
    }
    if (name.length() == 0 || name.isDots()) {
      throw of(Errno.EINVAL, operation, name, "it is empty or one of the dots; use another name");
    }
    for (byte each : name.bytes()) {
      if (each == 0 || each == '/') {
        throw of(Errno.EINVAL, operation, name, "it has a zero or a slash in it; leave them out");
      }
    }
  }

  /**
   * A directory that can be changed.
   *
   * @throws BlockIoException ENOTDIR, ENOENT when it was removed, EPERM
   */
  static void requireDirectory(String operation, Inode directory) throws BlockIoException {
    if (directory.kind() != FileKind.DIRECTORY) {
      throw new BlockIoException(
          Errno.ENOTDIR, operation, directory.toString(), "it is a " + directory.kind());
    }
    if (directory.links() == 0) {
      throw new BlockIoException(
          Errno.ENOENT,
          operation,
          directory.toString(),
          "the directory was removed; look it up again");
    }
    requireChangeable(operation, directory);
  }

  /**
   * An inode that is neither immutable nor to be appended to only.
   *
   * @throws BlockIoException EPERM
   */
  static void requireChangeable(String operation, Inode inode) throws BlockIoException {
    if (inode.has(InodeFlag.IMMUTABLE) || inode.has(InodeFlag.APPEND_ONLY)) {
      throw new BlockIoException(
          Errno.EPERM,
          operation,
          inode.toString(),
          "it is marked as not to be changed; have chattr take the flags i and a away");
    }
  }
}
