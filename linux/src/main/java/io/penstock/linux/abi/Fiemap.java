package io.penstock.linux.abi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Where the blocks of a file live: ioctl(2) {@code FS_IOC_FIEMAP}, page by page.
 *
 * <p>Field map, from {@code linux/fiemap.h}: {@code struct fiemap}, 32 bytes, then its extents,
 *
 * <pre>
 * offset  size  name
 *      0     8  fm_start           bytes
 *      8     8  fm_length          bytes
 *     16     4  fm_flags
 *     20     4  fm_mapped_extents  filled in
 *     24     4  fm_extent_count    room
 *     28     4  reserved
 * </pre>
 *
 * <p>{@code struct fiemap_extent}, 56 bytes:
 *
 * <pre>
 * offset  size  name
 *      0     8  fe_logical   bytes from the start of the file
 *      8     8  fe_physical  bytes from the start of the device
 *     16     8  fe_length    bytes
 *     24    16  reserved
 *     40     4  fe_flags
 *     44    12  reserved
 * </pre>
 */
public final class Fiemap {
  /** Write the file's dirty pages back first, so that delayed allocation is done. */
  public static final int FIEMAP_FLAG_SYNC = 1;

  private static final long FS_IOC_FIEMAP = 0xc020660bL;
  private static final int HEADER_BYTES = 32;
  private static final int EXTENT_BYTES = 56;
  private static final int EXTENTS_PER_PAGE = 128;

  /**
   * A run of blocks.
   *
   * @param logical bytes from the start of the file
   * @param physical bytes from the start of the device; meaningless with {@link #UNKNOWN}
   * @param length bytes
   * @param flags bits below
   */
  public record Extent(long logical, long physical, long length, int flags) {
    /** The last extent of the file. */
    public static final int LAST = 0x0001;

    /** The place is not known, or not chosen yet. */
    public static final int UNKNOWN = 0x0002;

    /** Not allocated yet; goes with {@link #UNKNOWN}. */
    public static final int DELALLOC = 0x0004;

    /** Compressed or encrypted: the device holds other bytes than the file. */
    public static final int ENCODED = 0x0008;

    /** Encrypted; goes with {@link #ENCODED}. */
    public static final int DATA_ENCRYPTED = 0x0080;

    /** Not a whole number of blocks. */
    public static final int NOT_ALIGNED = 0x0100;

    /** Kept among metadata; goes with {@link #NOT_ALIGNED}. */
    public static final int INLINE = 0x0200;

    /** Packed with the tails of other files; goes with {@link #NOT_ALIGNED}. */
    public static final int TAIL = 0x0400;

    /** Allocated, reads as zeros. */
    public static final int UNWRITTEN = 0x0800;

    /** Of a file system without extents: neighbouring blocks put together for the answer. */
    public static final int MERGED = 0x1000;

    /** Other files use these blocks too. */
    public static final int SHARED = 0x2000;

    /** Whether all bits of a flag are there. */
    public boolean has(int flag) {
      return (flags & flag) == flag;
    }

    /** The byte of the file just after this extent. */
    public long end() {
      return logical + length;
    }
  }

  /** Takes the extents of a file one by one, in ascending order. */
  @FunctionalInterface
  public interface Visitor {
    /** Takes an extent; false ends the visit. */
    boolean visit(Extent extent);
  }

  private Fiemap() {}

  /**
   * Visits every extent that overlaps a range; the first may begin before it, the last end after
   * it.
   *
   * <p>The map is asked for 128 extents at a time; a file that changes meanwhile may show a state
   * it never had as a whole.
   *
   * @param start bytes
   * @param length bytes, more than zero; {@code Long.MAX_VALUE} for the rest of the file
   * @param flags 0 or {@link #FIEMAP_FLAG_SYNC}
   * @return extents visited; {@code -EOPNOTSUPP} where the file system has no such map, {@code
   *     -EUCLEAN} where its map cannot be true, or {@code -errno}
   */
  public static long visit(int fd, long start, long length, int flags, Visitor visitor) {
    long end = length > Long.MAX_VALUE - start ? Long.MAX_VALUE : start + length;
    long visited = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment page =
          arena.allocate(HEADER_BYTES + (long) EXTENTS_PER_PAGE * EXTENT_BYTES, Long.BYTES);
      long next = start;
      while (next < end) {
        long result = fill(fd, page, next, end - next, flags);
        if (result < 0) {
          return result;
        }
        Page read = new Page(next, visitor);
        int problem = read.take(page);
        if (problem != 0) {
          return -problem;
        }
        visited += read.visited;
        if (read.isLast) {
          return visited;
        }
        next = read.next;
      }
    }
    return visited;
  }

  /** One page of the map that the kernel has filled in; every extent leads on, or it is refused. */
  static final class Page {
    private final Visitor visitor;
    private long next;
    private long visited;
    private boolean isLast;

    /**
     * A page that was asked for.
     *
     * @param start bytes: what was asked to be the first
     */
    Page(long start, Visitor visitor) {
      this.visitor = visitor;
      next = start;
    }

    /**
     * Visits its extents.
     *
     * @return 0, or {@code EUCLEAN} when it cannot be a map: more extents than there is room for,
     *     an extent without length, before the one in front of it or beyond the largest position
     */
    int take(MemorySegment page) {
      int mapped = page.get(ValueLayout.JAVA_INT, 20);
      if (mapped < 0 || mapped > EXTENTS_PER_PAGE) {
        return Errno.EUCLEAN;
      }
      isLast = mapped == 0;
      for (int i = 0; i < mapped && !isLast; i++) {
        Extent extent = extentAt(page, i);
        boolean first = visited == 0;
        if (extent.logical < 0
            || extent.length <= 0
            || extent.length > Long.MAX_VALUE - extent.logical
            || extent.end() <= next
            || (!first && extent.logical < next)) {
          return Errno.EUCLEAN;
        }
        visited++;
        next = extent.end();
        isLast = !visitor.visit(extent) || extent.has(Extent.LAST);
      }
      return 0;
    }

    /** Extents visited. */
    long visited() {
      return visited;
    }
  }

  private static long fill(int fd, MemorySegment page, long start, long length, int flags) {
    page.set(ValueLayout.JAVA_LONG, 0, start);
    page.set(ValueLayout.JAVA_LONG, 8, length);
    page.set(ValueLayout.JAVA_INT, 16, flags);
    page.set(ValueLayout.JAVA_INT, 20, 0);
    page.set(ValueLayout.JAVA_INT, 24, EXTENTS_PER_PAGE);
    page.set(ValueLayout.JAVA_INT, 28, 0);
    return IoctlCall.ioctl(fd, FS_IOC_FIEMAP, page);
  }

  private static Extent extentAt(MemorySegment page, int index) {
    long offset = HEADER_BYTES + (long) index * EXTENT_BYTES;
    return new Extent(
        page.get(ValueLayout.JAVA_LONG, offset),
        page.get(ValueLayout.JAVA_LONG, offset + 8),
        page.get(ValueLayout.JAVA_LONG, offset + 16),
        page.get(ValueLayout.JAVA_INT, offset + 40));
  }
}
