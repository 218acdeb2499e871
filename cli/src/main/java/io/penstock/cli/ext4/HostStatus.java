package io.penstock.cli.ext4;

import static java.util.Objects.requireNonNull;

import io.penstock.ext4.format.FileKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/**
 * What the host says of a file, as stat(2) does; symbolic links are not followed.
 *
 * @param mode kind and permissions
 * @param links names of it
 * @param uid owner
 * @param gid group
 * @param size bytes
 * @param device which device a device node stands for, as glibc's makedev has it
 * @param key the same for all names of one file
 * @param modified last write
 * @param accessed last read
 */
record HostStatus(
    int mode,
    int links,
    long uid,
    long gid,
    long size,
    long device,
    Object key,
    Instant modified,
    Instant accessed) {

  static HostStatus of(Path path) throws IOException {
    Map<String, Object> all = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
    return new HostStatus(
        (int) number(all, "mode"),
        (int) number(all, "nlink"),
        number(all, "uid") & 0xFFFF_FFFFL,
        number(all, "gid") & 0xFFFF_FFFFL,
        number(all, "size"),
        number(all, "rdev"),
        requireNonNull(all.get("fileKey")),
        ((FileTime) requireNonNull(all.get("lastModifiedTime"))).toInstant(),
        ((FileTime) requireNonNull(all.get("lastAccessTime"))).toInstant());
  }

  private static long number(Map<String, Object> all, String name) {
    return ((Number) requireNonNull(all.get(name))).longValue();
  }

  FileKind kind() {
    return FileKind.ofMode(mode);
  }

  int permissions() {
    return mode & 07777;
  }

  /** Its major number. */
  int major() {
    return (int) (device >>> 8 & 0xFFF | device >>> 32 & ~0xFFFL);
  }

  /** Its minor number. */
  int minor() {
    return (int) (device & 0xFF | device >>> 12 & ~0xFFL);
  }
}
