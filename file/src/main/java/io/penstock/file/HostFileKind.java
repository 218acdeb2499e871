package io.penstock.file;

import io.penstock.core.device.FileIdentity;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * What a path of the host stands for, as the JDK tells it on any system.
 *
 * @param isBlockDevice whether it is a block device; a regular file otherwise
 * @param identity device and inode of a file, number of a block device; comes with {@code equals}
 */
record HostFileKind(boolean isBlockDevice, Object identity) {
  private static final int TYPE_MASK = 0xf000;
  private static final int BLOCK_DEVICE = 0x6000;

  /**
   * Looks at a file that exists, following symbolic links.
   *
   * @throws BlockIoException ENOENT, EACCES; EISDIR for a directory; EINVAL for what is neither a
   *     regular file nor a block device
   */
  static HostFileKind of(Path path) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (IOException e) {
      throw JdkErrors.at("open", path, e);
    }
    if (attributes.isDirectory()) {
      throw new BlockIoException(
          Errno.EISDIR, "open", path.toString(), "name a file or a block device instead");
    }
    if (attributes.isRegularFile()) {
      return new HostFileKind(false, identityOf(path));
    }
    Long number = blockDeviceNumber(path);
    if (number == null) {
      throw new BlockIoException(
          Errno.EINVAL,
          "open",
          path.toString(),
          "direct I/O is for regular files and block devices; this is neither");
    }
    return new HostFileKind(true, FileIdentity.ofDevice(number));
  }

  /** As every other way on a Unix host tells it; elsewhere the one name it has. */
  private static Object identityOf(Path path) throws IOException {
    try {
      var attributes = Files.readAttributes(path, "unix:dev,ino");
      if (attributes.get("dev") instanceof Long device
          && attributes.get("ino") instanceof Long inode) {
        return FileIdentity.ofFile(device, inode);
      }
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      // not a Unix system
    }
    return path.toRealPath();
  }

  private static @Nullable Long blockDeviceNumber(Path path) throws IOException {
    try {
      var attributes = Files.readAttributes(path, "unix:mode,rdev");
      return attributes.get("mode") instanceof Integer mode
              && (mode & TYPE_MASK) == BLOCK_DEVICE
              && attributes.get("rdev") instanceof Long number
          ? number
          : null;
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return null; // a system without device files
    }
  }
}
