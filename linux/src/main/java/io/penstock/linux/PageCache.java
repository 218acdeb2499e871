package io.penstock.linux;

import io.penstock.linux.abi.Abi;
import io.penstock.linux.abi.BlockDeviceCalls;
import io.penstock.linux.abi.FileCalls;
import io.penstock.linux.abi.MemoryCalls;
import io.penstock.linux.abi.NameCalls;
import io.penstock.linux.abi.OpenFlags;
import io.penstock.linux.abi.PageCacheCalls;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much of a file the page cache holds. */
public final class PageCache {
  private PageCache() {}

  /**
   * Bytes of a file or block device that are in the page cache, in whole pages: cachestat(2), else
   * mincore(2).
   *
   * @return empty where it cannot be told: not Linux, no permission, no such file
   */
  public static OptionalLong cachedBytes(Path path) {
    if (!Abi.isSupported()) {
      return OptionalLong.empty();
    }
    long fd = NameCalls.open(path, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK, 0);
    if (fd < 0) {
      return OptionalLong.empty();
    }
    try {
      long length = lengthOf((int) fd);
      long pages = length > 0 ? PageCacheCalls.cachedPages((int) fd, 0, length) : length;
      return pages < 0 ? OptionalLong.empty() : OptionalLong.of(pages * MemoryCalls.pageSize());
    } finally {
      FileCalls.close((int) fd);
    }
  }

  private static long lengthOf(int fd) {
    long device = BlockDeviceCalls.sizeBytes(fd);
    return device >= 0 ? device : FileCalls.lseek(fd, 0, FileCalls.SEEK_END);
  }
}
