package io.penstock.linux.abi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the page cache holds of a file: cachestat(2) (Linux 6.5), else mincore(2); and
 * posix_fadvise(2) to drop it.
 *
 * <p>Field maps, from {@code linux/mman.h}, all fields of 8 bytes: {@code struct cachestat_range}
 * is {@code off} at 0 and {@code len} at 8; {@code struct cachestat} is
 *
 * <pre>
 * offset  name
 *      0  nr_cache
 *      8  nr_dirty
 *     16  nr_writeback
 *     24  nr_evicted
 *     32  nr_recently_evicted
 * </pre>
 */
public final class PageCacheCalls {
  private static final int POSIX_FADV_DONTNEED = 4;

  /** Bytes of a file that mincore looks at in one mapping. */
  private static final long WINDOW_BYTES = 256L << 20;

  private static final SharedCall CACHESTAT = SharedCall.syscall(Abi.CALL_CACHESTAT);
  private static final SharedCall MINCORE = SharedCall.returningInt("mincore");
  private static final SharedCall FADVISE = SharedCall.returningInt("posix_fadvise");

  /**
   * Pages of a range.
   *
   * @param cached in the page cache
   * @param dirty of these, not yet written
   * @param writeback of these, being written
   * @param evicted once cached, no more
   * @param recentlyEvicted of these, evicted so lately that their return would mean memory pressure
   */
  public record CacheStat(
      long cached, long dirty, long writeback, long evicted, long recentlyEvicted) {}

  private PageCacheCalls() {}

  /**
   * Fills in what cachestat(2) knows of a range.
   *
   * @param lengthBytes 0 means up to the end of the file
   * @param into 5 longs, in the order of {@code struct cachestat}
   * @return 0; {@code -ENOSYS} before Linux 6.5, {@code -EPERM} under some seccomp profiles
   */
  public static long cachestat(int fd, long offset, long lengthBytes, MemorySegment into) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment range = arena.allocateFrom(ValueLayout.JAVA_LONG, offset, lengthBytes);
      return cachestat(fd, range, into);
    }
  }

  /** Takes the fields apart that {@link #cachestat} filled in. */
  public static CacheStat decode(MemorySegment stat) {
    return new CacheStat(
        stat.getAtIndex(ValueLayout.JAVA_LONG, 0),
        stat.getAtIndex(ValueLayout.JAVA_LONG, 1),
        stat.getAtIndex(ValueLayout.JAVA_LONG, 2),
        stat.getAtIndex(ValueLayout.JAVA_LONG, 3),
        stat.getAtIndex(ValueLayout.JAVA_LONG, 4));
  }

  /**
   * Counts the pages of a range that are in the page cache, by whichever call there is.
   *
   * @param offset bytes, a multiple of the page
   * @param lengthBytes more than zero, within the file
   * @return pages, or {@code -errno}
   */
  public static long cachedPages(int fd, long offset, long lengthBytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stat = arena.allocate(ValueLayout.JAVA_LONG, 5);
      long result = cachestat(fd, offset, lengthBytes, stat);
      return result == 0 ? decode(stat).cached() : residentPages(fd, offset, lengthBytes);
    }
  }

  /**
   * Counts them by mincore(2) alone, which tells the truth only to who may write the file; to
   * others every page counts as cached.
   */
  public static long residentPages(int fd, long offset, long lengthBytes) {
    long pages = 0;
    for (long done = 0; done < lengthBytes; done += WINDOW_BYTES) {
      long found = residentInWindow(fd, offset + done, Math.min(WINDOW_BYTES, lengthBytes - done));
      if (found < 0) {
        return found;
      }
      pages += found;
    }
    return pages;
  }

  /**
   * Drops the clean cached pages of a range: posix_fadvise(2) with {@code POSIX_FADV_DONTNEED}.
   * Dirty pages stay: write them back first.
   *
   * @param lengthBytes 0 means up to the end of the file
   * @return 0 or {@code -errno}
   */
  public static long drop(int fd, long offset, long lengthBytes) {
    // Unlike every other call it returns the error number itself and leaves errno alone.
    return -fadvise(fd, offset, lengthBytes, POSIX_FADV_DONTNEED);
  }

  private static long residentInWindow(int fd, long offset, long lengthBytes) {
    int pageSize = MemoryCalls.pageSize();
    long address = MemoryCalls.mapForLooking(fd, offset, lengthBytes);
    if (address < 0) {
      return address;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pages = arena.allocate(Math.ceilDiv(lengthBytes, pageSize));
      long result = mincore(address, lengthBytes, pages);
      return result < 0 ? result : countResident(pages);
    } finally {
      MemoryCalls.unmap(address, lengthBytes);
    }
  }

  private static long countResident(MemorySegment pages) {
    long resident = 0;
    for (long i = 0; i < pages.byteSize(); i++) {
      resident += pages.get(ValueLayout.JAVA_BYTE, i) & 1;
    }
    return resident;
  }

  private static long cachestat(int fd, MemorySegment range, MemorySegment stat) {
    return CACHESTAT.call(fd, SharedCall.address(range), SharedCall.address(stat), 0);
  }

  private static long mincore(long address, long lengthBytes, MemorySegment pages) {
    return MINCORE.call(address, lengthBytes, SharedCall.address(pages));
  }

  private static long fadvise(int fd, long offset, long lengthBytes, int advice) {
    return FADVISE.call(fd, offset, lengthBytes, advice);
  }
}
