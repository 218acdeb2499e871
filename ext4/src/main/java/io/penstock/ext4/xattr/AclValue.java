package io.penstock.ext4.xattr;

import io.penstock.ext4.format.DiskBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * An access control list as it lies on the disk and as getxattr(2) gives it. Source: "POSIX ACLs"
 * of the format's documentation, acl(5); little-endian:
 *
 * <pre>
 *   on the disk                              for programs
 *   0  4  version, 1                         0  4  version, 2
 *   4     entries of 4 or 8 bytes:           4     entries of 8 bytes:
 *         2 tag, 2 permissions,                    2 tag, 2 permissions,
 *         4 id of a named user or group            4 id, or -1
 * </pre>
 */
final class AclValue {
  private static final int NAMED_USER = 0x02;
  private static final int NAMED_GROUP = 0x08;

  private AclValue() {}

  /** The value for programs; null when what is on the disk is no such list. */
  static byte @Nullable [] forPrograms(DiskBytes disk) {
    if (disk.length() < 4 || disk.u32(0) != 1) {
      return null;
    }
    ByteBuffer value =
        ByteBuffer.allocate(4 + 2 * disk.length()).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
    for (int at = 4; at < disk.length(); ) {
      if (disk.length() - at < 4) {
        return null;
      }
      int tag = disk.u16(at);
      boolean named = tag == NAMED_USER || tag == NAMED_GROUP;
      if (named && disk.length() - at < 8) {
        return null;
      }
      value.putShort((short) tag).putShort((short) disk.u16(at + 2));
      value.putInt(named ? disk.s32(at + 4) : -1);
      at += named ? 8 : 4;
    }
    byte[] exact = new byte[value.position()];
    value.flip().get(exact);
    return exact;
  }

  /** The value on the disk; null when what programs gave is no such list. */
  static byte @Nullable [] forDisk(byte[] list) {
    DiskBytes given = DiskBytes.of(list);
    if (list.length < 4 || (list.length - 4) % 8 != 0 || given.u32(0) != 2) {
      return null;
    }
    ByteBuffer value = ByteBuffer.allocate(list.length).order(ByteOrder.LITTLE_ENDIAN).putInt(1);
    for (int at = 4; at < list.length; at += 8) {
      int tag = given.u16(at);
      value.putShort((short) tag).putShort((short) given.u16(at + 2));
      if (tag == NAMED_USER || tag == NAMED_GROUP) {
        value.putInt(given.s32(at + 4));
      }
    }
    byte[] exact = new byte[value.position()];
    value.flip().get(exact);
    return exact;
  }
}
