package io.penstock.linux.abi;

import static io.penstock.linux.abi.TempFile.succeeds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.linux.abi.PageCacheCalls.CacheStat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageCacheCallsTest {
  @TempDir Path directory;

  private final int page = MemoryCalls.pageSize();

  @Test
  void writtenPagesAreCachedUntilDropped() {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0)) {
      file.fill(0, 64 * page, 'x');
      assertEquals(64, PageCacheCalls.cachedPages(file.fd(), 0, 64L * page));
      assertEquals(64, PageCacheCalls.residentPages(file.fd(), 0, 64L * page));
      succeeds(FileCalls.fsync(file.fd()));
      succeeds(PageCacheCalls.drop(file.fd(), 0, 0));
      assumeTrue(
          !StatFs.typeNameAt(directory).equals("tmpfs"), "tmpfs has nowhere else to keep pages");
      assertEquals(0, PageCacheCalls.cachedPages(file.fd(), 0, 64L * page));
      assertEquals(0, PageCacheCalls.residentPages(file.fd(), 0, 64L * page));
    }
  }

  @Test
  void cachestatTellsDirtyPages() {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0)) {
      assumeTrue(cachestatOf(file).isPresent(), "this kernel has no cachestat");
      assumeTrue(!StatFs.typeNameAt(directory).equals("tmpfs"), "tmpfs writes nothing back");
      file.fill(0, 8 * page, 'x');
      succeeds(FileCalls.fsync(file.fd()));
      CacheStat synced = cachestatOf(file).orElseThrow();
      assertEquals(8, synced.cached());
      assertEquals(0, synced.dirty());

      file.fill(0, page, 'y');
      CacheStat written = cachestatOf(file).orElseThrow();
      // A folio of several pages is dirty as a whole.
      assertTrue(written.dirty() + written.writeback() >= 1, written::toString);
    }
  }

  @Test
  void adviceThatFailsIsToldThoughErrnoIsNotSet() {
    assertEquals(-Errno.EBADF, PageCacheCalls.drop(-1, 0, 0));
  }

  private static Optional<CacheStat> cachestatOf(TempFile file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stat = arena.allocate(ValueLayout.JAVA_LONG, 5);
      long result = PageCacheCalls.cachestat(file.fd(), 0, 0, stat);
      return result == -Errno.ENOSYS || result == -Errno.EPERM
          ? Optional.empty()
          : Optional.of(succeeds(result)).map(_ -> PageCacheCalls.decode(stat));
    }
  }
}
