package io.penstock.ext4.xattr;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.AttributeEntry;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.Name;
import org.jspecify.annotations.Nullable;

/**
 * Names of extended attributes: for programs as in xattr(7), on the disk a number for how they
 * begin and the rest. Source: "Extended Attributes" of the format's documentation.
 *
 * @param index what the name begins with
 * @param rest the rest
 */
record AttributeNames(int index, Name rest) {
  static final int ACL_ACCESS = 2;
  static final int ACL_DEFAULT = 3;

  static final AttributeNames ACCESS_LIST = new AttributeNames(ACL_ACCESS, Name.of(""));
  static final AttributeNames DEFAULT_LIST = new AttributeNames(ACL_DEFAULT, Name.of(""));

  private static final String INLINE_DATA = "system.data";

  /** What a name begins with; null for a kind of name that programs do not see. */
  private static @Nullable String prefix(int index) {
    return switch (index) {
      case 0 -> "";
      case 1 -> "user.";
      case ACL_ACCESS -> "system.posix_acl_access";
      case ACL_DEFAULT -> "system.posix_acl_default";
      case 4 -> "trusted.";
      case 6 -> "security.";
      case AttributeEntry.SYSTEM -> "system.";
      case 8 -> "system.richacl";
      default -> null;
    };
  }

  /** The name for programs; null for what they do not see. */
  static @Nullable String of(AttributeEntry entry) {
    String prefix = prefix(entry.nameIndex());
    if (prefix == null) {
      return null;
    }
    String name = prefix + entry.name();
    return name.equals(INLINE_DATA) ? null : name;
  }

  /**
   * The name on the disk.
   *
   * @throws BlockIoException EOPNOTSUPP, ENAMETOOLONG
   */
  static AttributeNames parse(String name) throws BlockIoException {
    for (int index : new int[] {ACL_ACCESS, ACL_DEFAULT}) {
      if (name.equals(prefix(index))) {
        return new AttributeNames(index, Name.of(""));
      }
    }
    for (int index : new int[] {1, 4, 6}) {
      String prefix = String.valueOf(prefix(index));
      if (name.startsWith(prefix) && name.length() > prefix.length()) {
        return checked(index, Name.of(name.substring(prefix.length())), name);
      }
    }
    throw new BlockIoException(
        Errno.EOPNOTSUPP,
        "set attribute",
        name,
        "names begin with user., trusted. or security., or are those of access control lists");
  }

  private static AttributeNames checked(int index, Name rest, String name) throws BlockIoException {
    if (rest.length() > DirectoryEntry.MAX_NAME) {
      throw new BlockIoException(
          Errno.ENAMETOOLONG,
          "set attribute",
          name,
          "use " + DirectoryEntry.MAX_NAME + " bytes behind the first dot at most");
    }
    return new AttributeNames(index, rest);
  }

  /** Whether it is one that only files and directories have. */
  boolean isForUsers() {
    return index == 1;
  }
}
