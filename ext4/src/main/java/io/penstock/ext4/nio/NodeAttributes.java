package io.penstock.ext4.nio;

import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Inode;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/** The attributes of a node as it was when it was looked up. Immutable. */
record NodeAttributes(Ext4Node node) implements PosixFileAttributes {
  private static final int OWNER_READ = 0400;

  /** Tells inodes of all volumes apart. */
  private record Key(UUID volume, long inode, long generation) {}

  /** The permissions in a mode. */
  static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission each : PosixFilePermission.values()) { // in the order of their bits
      if ((mode & OWNER_READ >> each.ordinal()) != 0) {
        permissions.add(each);
      }
    }
    return permissions;
  }

  /** The bits of permissions. */
  static int mode(Set<PosixFilePermission> permissions) {
    int mode = 0;
    for (PosixFilePermission each : permissions) {
      mode |= OWNER_READ >> each.ordinal();
    }
    return mode;
  }

  private Inode inode() {
    return node.inode();
  }

  @Override
  public Principals.User owner() {
    return new Principals.User(inode().uid());
  }

  @Override
  public Principals.Group group() {
    return new Principals.Group(inode().gid());
  }

  @Override
  public Set<PosixFilePermission> permissions() {
    return permissions(inode().mode());
  }

  @Override
  public FileTime lastModifiedTime() {
    return FileTime.from(inode().modificationTime());
  }

  @Override
  public FileTime lastAccessTime() {
    return FileTime.from(inode().accessTime());
  }

  /** {@inheritDoc} Where inodes are too short to know, it is the time of the last write. */
  @Override
  public FileTime creationTime() {
    Instant created = inode().creationTime();
    return FileTime.from(created == null ? inode().modificationTime() : created);
  }

  /** When the inode was changed. */
  FileTime changeTime() {
    return FileTime.from(inode().changeTime());
  }

  @Override
  public boolean isRegularFile() {
    return node.kind() == FileKind.REGULAR;
  }

  @Override
  public boolean isDirectory() {
    return node.kind() == FileKind.DIRECTORY;
  }

  @Override
  public boolean isSymbolicLink() {
    return node.kind() == FileKind.SYMBOLIC_LINK;
  }

  @Override
  public boolean isOther() {
    return !isRegularFile() && !isDirectory() && !isSymbolicLink();
  }

  @Override
  public long size() {
    return inode().size();
  }

  @Override
  public Object fileKey() {
    return new Key(node.volume().superblock().uuid(), node.number(), inode().generation());
  }

  /** What the volume would be as a device: a number that is the same for all of its files. */
  long device() {
    UUID uuid = node.volume().superblock().uuid();
    return (uuid.getMostSignificantBits() ^ uuid.getLeastSignificantBits()) >>> 1;
  }

  /** Which device a device node stands for, as in stat(2) of Linux; 0 for others. */
  long standsFor() {
    if (node.kind() != FileKind.BLOCK_DEVICE && node.kind() != FileKind.CHARACTER_DEVICE) {
      return 0;
    }
    long major = inode().device() >>> 32;
    long minor = inode().device() & 0xFFFF_FFFFL;
    return (major & ~0xFFFL) << 32 | (major & 0xFFF) << 8 | (minor & ~0xFFL) << 12 | minor & 0xFF;
  }
}
