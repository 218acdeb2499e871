package io.penstock.ext4.nio;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** What is given to something that is created: its permissions, nothing else. */
final class NewAttributes {
  /** Of files, when nothing is said. */
  static final int FILE = 0644;

  /** Of directories, when nothing is said. */
  static final int DIRECTORY = 0755;

  private NewAttributes() {}

  /**
   * The permissions that attributes say.
   *
   * @throws UnsupportedOperationException for others than {@code posix:permissions}
   */
  static int permissions(FileAttribute<?>[] attributes, int otherwise) {
    int permissions = otherwise;
    for (FileAttribute<?> each : attributes) {
      if (!each.name().equals("posix:permissions") || !(each.value() instanceof Set<?> values)) {
        throw new UnsupportedOperationException(
            "attribute " + each.name() + " cannot be given to what is created; set it afterwards");
      }
      Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
      values.forEach(value -> set.add((PosixFilePermission) value));
      permissions = NodeAttributes.mode(set);
    }
    return permissions;
  }
}
