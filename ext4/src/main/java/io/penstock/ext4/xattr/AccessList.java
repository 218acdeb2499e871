package io.penstock.ext4.xattr;

import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.DiskBytes;
import org.jspecify.annotations.Nullable;

/**
 * An access control list as it lies on the disk ({@link AclValue}), beside the permissions of its
 * file, which are a part of it: those of the owner, of the mask or else the group, and of others.
 * Source: acl(5). Immutable.
 */
final class AccessList {
  private static final int OWNER = 0x01;
  private static final int NAMED_USER = 0x02;
  private static final int GROUP = 0x04;
  private static final int NAMED_GROUP = 0x08;
  private static final int MASK = 0x10;
  private static final int OTHERS = 0x20;

  private final DiskBytes bytes;

  private AccessList(DiskBytes bytes) {
    this.bytes = bytes;
  }

  /** The list in a value; null when it is none. */
  static @Nullable AccessList of(DiskBytes value) {
    return AclValue.forPrograms(value) == null ? null : new AccessList(value);
  }

  private static int sizeOf(int tag) {
    return tag == NAMED_USER || tag == NAMED_GROUP ? 8 : 4;
  }

  /** Where the entry with a tag is; -1 when there is none. */
  private int find(int tag) {
    for (int at = 4; at < bytes.length(); at += sizeOf(bytes.u16(at))) {
      if (bytes.u16(at) == tag) {
        return at;
      }
    }
    return -1;
  }

  private int groupEntry() {
    return find(MASK) >= 0 ? find(MASK) : find(GROUP);
  }

  private int permissions(int at) {
    return at < 0 ? 0 : bytes.u16(at + 2) & 7;
  }

  /** The nine bits of a mode that go with it. */
  int permissions() {
    return permissions(find(OWNER)) << 6
        | permissions(groupEntry()) << 3
        | permissions(find(OTHERS));
  }

  /** Whether it says nothing that a mode does not. */
  boolean isMode() {
    return find(MASK) < 0 && find(NAMED_USER) < 0 && find(NAMED_GROUP) < 0;
  }

  /** The same list with the nine bits of a mode, as chmod(2) makes it. */
  AccessList with(int permissions) {
    BlockBytes changed = BlockBytes.of(bytes.copy());
    put(changed, find(OWNER), permissions >> 6);
    put(changed, groupEntry(), permissions >> 3);
    put(changed, find(OTHERS), permissions);
    return new AccessList(changed.view());
  }

  private static void put(BlockBytes list, int at, int permissions) {
    if (at >= 0) {
      list.put16(at + 2, permissions & 7);
    }
  }

  /** The value on the disk. */
  byte[] value() {
    return bytes.copy();
  }
}
