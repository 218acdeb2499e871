package io.penstock.linux;

import io.penstock.linux.abi.Abi;
import io.penstock.linux.abi.Errno;
import io.penstock.linux.abi.Fiemap;
import io.penstock.linux.abi.FileCalls;
import io.penstock.linux.abi.NameCalls;
import io.penstock.linux.abi.NativeFailure;
import io.penstock.linux.abi.OpenFlags;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the file system has put a file: FIEMAP. */
public final class ExtentMap {
  private ExtentMap() {}

  /**
   * A run of blocks of a file. Bytes.
   *
   * @param start from the start of the file
   * @param length of the run
   * @param physical from the start of the device that holds the file system; -1 if not known
   * @param isUnwritten whether it is set aside and reads as zeros
   * @param isShared whether other files use these blocks too
   */
  public record Extent(
      long start, long length, long physical, boolean isUnwritten, boolean isShared) {}

  /**
   * The extents of a regular file, in ascending order; what lies between them are holes. Dirty
   * cached pages are written first, so that nothing is still to be allocated.
   *
   * @return empty where the file system or the system has no such map
   * @throws IOException if the file cannot be opened for reading, or its map not be read
   */
  public static Optional<List<Extent>> of(Path path) throws IOException {
    if (!Abi.isSupported()) {
      return Optional.empty();
    }
    long fd = NameCalls.open(path, OpenFlags.O_RDONLY, 0);
    if (fd < 0) {
      throw NativeFailure.ofOpen(path, OpenFlags.O_RDONLY, (int) -fd).toException();
    }
    try {
      return of((int) fd, path.toString());
    } finally {
      FileCalls.close((int) fd);
    }
  }

  private static Optional<List<Extent>> of(int fd, String subject) throws IOException {
    List<Extent> extents = new ArrayList<>();
    long result =
        Fiemap.visit(
            fd,
            0,
            Long.MAX_VALUE,
            Fiemap.FIEMAP_FLAG_SYNC,
            extent -> {
              extents.add(decode(extent));
              return true;
            });
    if (result == -Errno.EOPNOTSUPP || result == -Errno.ENOTTY) {
      return Optional.empty();
    }
    NativeFailure.check("ioctl(FS_IOC_FIEMAP)", subject, result);
    return Optional.of(extents);
  }

  private static Extent decode(Fiemap.Extent extent) {
    boolean known = !extent.has(Fiemap.Extent.UNKNOWN);
    return new Extent(
        extent.logical(),
        extent.length(),
        known ? extent.physical() : -1,
        extent.has(Fiemap.Extent.UNWRITTEN),
        extent.has(Fiemap.Extent.SHARED));
  }
}
