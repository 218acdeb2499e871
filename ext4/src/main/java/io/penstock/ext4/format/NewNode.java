package io.penstock.ext4.format;

/**
 * What is to be created.
 *
 * @param kind what it is
 * @param permissions the lower 12 bits of its mode
 * @param uid owner; -1 for that of the directory it is created in
 * @param gid group; -1 for that of the directory, which it is in any case where that has the bit
 *     for it
 * @param target what a symbolic link says; empty for others
 * @param device of a device node, major number in the upper, minor in the lower half; 0 for others
 */
public record NewNode(
    FileKind kind, int permissions, long uid, long gid, DiskBytes target, long device) {
  private static final DiskBytes NONE = DiskBytes.of(new byte[0]);

  /** A file or a directory, with owner and group of the directory it is created in. */
  public static NewNode of(FileKind kind, int permissions) {
    return new NewNode(kind, permissions, -1, -1, NONE, 0);
  }

  /** A symbolic link. */
  public static NewNode link(byte[] target) {
    return new NewNode(FileKind.SYMBOLIC_LINK, 0777, -1, -1, DiskBytes.of(target.clone()), 0);
  }

  /** A device node. */
  public static NewNode device(FileKind kind, int permissions, int major, int minor) {
    return new NewNode(kind, permissions, -1, -1, NONE, (long) major << 32 | minor & 0xFFFF_FFFFL);
  }

  /** The same with another owner and group. */
  public NewNode ownedBy(long otherUid, long otherGid) {
    return new NewNode(kind, permissions, otherUid, otherGid, target, device);
  }
}
