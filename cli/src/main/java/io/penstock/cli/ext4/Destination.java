package io.penstock.cli.ext4;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Name;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A name in a directory of a volume.
 *
 * @param directory the directory
 * @param name the name, which may not be there
 */
record Destination(Ext4Node directory, Name name) {
  /**
   * What a path says; all but its last name has to be there.
   *
   * @throws IOException EINVAL when it has no last name
   */
  static Destination of(Ext4Volume volume, String path) throws IOException {
    String trimmed = path.replaceAll("/+$", "");
    int slash = trimmed.lastIndexOf('/');
    Name name = Name.of(trimmed.substring(slash + 1));
    if (name.length() == 0 || name.isDots()) {
      throw new BlockIoException(
          Errno.EINVAL, "look up", path, "it does not end with a name; say which one is meant");
    }
    String parent = slash < 0 ? "/" : trimmed.substring(0, slash + 1);
    return new Destination(volume.resolve(parent.getBytes(StandardCharsets.UTF_8), true), name);
  }

  /** What is there, or null; symbolic links are not followed. */
  @Nullable Ext4Node node() throws IOException {
    return directory.child(name);
  }

  /** What a path leads to, if it is a directory; null otherwise. */
  static @Nullable Ext4Node directory(Ext4Volume volume, String path) throws IOException {
    try {
      Ext4Node node = volume.resolve(path);
      return node.kind() == FileKind.DIRECTORY ? node : null;
    } catch (BlockIoException failure) {
      if (failure.is(Errno.ENOENT) || failure.is(Errno.ENOTDIR)) {
        return null;
      }
      throw failure;
    }
  }
}
