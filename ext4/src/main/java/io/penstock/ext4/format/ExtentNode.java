package io.penstock.ext4.format;

/**
 * A node of an extent tree: its root in the inode, or a block. Source: "Extent Tree" of the
 * format's documentation; little-endian:
 *
 * <pre>
 *   header          index entry          extent
 *   0x0 2 eh_magic    0x0 4 ei_block       0x0 4 ee_block
 *   0x2 2 eh_entries  0x4 4 ei_leaf_lo     0x4 2 ee_len, above 32768: unwritten
 *   0x4 2 eh_max      0x8 2 ei_leaf_hi     0x6 2 ee_start_hi
 *   0x6 2 eh_depth    0xA 2 unused         0x8 4 ee_start_lo
 *   0x8 4 generation
 *   after eh_max entries, in blocks: 4 eb_checksum
 * </pre>
 *
 * <p>Once made it is known that the entries are in order, do not overlap and lie in the volume.
 * Immutable.
 */
public final class ExtentNode {
  /** Deepest tree: five levels below the root reach every file block there can be. */
  public static final int MAX_DEPTH = 5;

  private static final int MAGIC = 0xF30A;
  private static final int HEADER = 12;
  private static final int ENTRY = 12;
  private static final int MAX_WRITTEN = 32768;
  private static final long FILE_BLOCKS = 1L << 32;

  private final int depth;
  private final int count;
  private final DiskBytes bytes;
  private final Place place;

  private ExtentNode(DiskBytes bytes, Place place) throws DamagedVolumeException {
    this.bytes = bytes;
    this.place = place;
    if (bytes.u16(0) != MAGIC) {
      throw place.damaged("its magic number is 0x%x, not 0x%x".formatted(bytes.u16(0), MAGIC));
    }
    count = bytes.u16(2);
    depth = bytes.u16(6);
    int max = bytes.u16(4);
    int room = (bytes.length() - HEADER) / ENTRY;
    if (count > max || max > room) {
      throw place.damaged(count + " entries of " + max + " do not fit where " + room + " would");
    }
  }

  /** The root, in an inode. */
  public static ExtentNode root(Inode inode, Geometry geometry) throws DamagedVolumeException {
    ExtentNode root = new ExtentNode(inode.blockArea(), inode.place().structure("extent tree"));
    if (root.depth > MAX_DEPTH) {
      throw root.place.damaged("it is " + root.depth + " deep, more than " + MAX_DEPTH);
    }
    if (root.depth > 0 && root.count == 0) {
      throw root.place.damaged("it is " + root.depth + " deep and has nothing in it");
    }
    root.checkEntries(geometry, 0, FILE_BLOCKS);
    return root;
  }

  /**
   * A block below another node.
   *
   * @param depth the depth it must have, one less than the node above
   * @param first the first file block it may speak of
   * @param end the first file block after those it may speak of
   */
  public static ExtentNode block(
      DiskBytes bytes,
      int depth,
      long first,
      long end,
      Geometry geometry,
      Checksums checksums,
      int inodeSeed,
      Place place)
      throws DamagedVolumeException {
    ExtentNode node = new ExtentNode(bytes, place);
    if (checksums.areKept()) {
      int protectedBytes = HEADER + ENTRY * bytes.u16(4);
      if (protectedBytes > bytes.length() - 4) {
        throw place.damaged("no room is left for its checksum");
      }
      checksums.check(inodeSeed, bytes, protectedBytes, bytes.u32(protectedBytes), place);
    }
    if (node.depth != depth) {
      throw place.damaged("its depth is " + node.depth + " where " + depth + " should be");
    }
    if (node.count == 0) {
      throw place.damaged("it is empty");
    }
    node.checkEntries(geometry, first, end);
    return node;
  }

  /** Entries that so many bytes have room for. */
  public static int room(int bytes) {
    return (bytes - HEADER) / ENTRY;
  }

  /**
   * Makes an empty node.
   *
   * @param depth levels below it
   * @param checked whether room for a checksum is left; there always is some in a block
   */
  public static void begin(BlockBytes bytes, int depth, boolean checked) {
    int room = room(bytes.length());
    assert !checked || HEADER + ENTRY * room <= bytes.length() - 4 : bytes.length();
    bytes.clear(0, bytes.length()).put16(0, MAGIC).put16(4, room).put16(6, depth);
  }

  /** Writes an entry above the leaves. */
  public static void putIndex(BlockBytes bytes, int entry, long fileBlock, long node) {
    int at = at(entry);
    bytes.put32(at, fileBlock).put32(at + 4, node).put32(at + 8, node >>> 32);
  }

  /** Writes an extent. */
  public static void putExtent(
      BlockBytes bytes, int entry, long fileBlock, int length, long target, boolean unwritten) {
    int at = at(entry);
    bytes.put32(at, fileBlock);
    bytes.put16(at + 4, unwritten ? length + MAX_WRITTEN : length);
    bytes.put16(at + 6, (int) (target >>> 32)).put32(at + 8, target);
  }

  /** Says how many entries there are. */
  public static void end(BlockBytes bytes, int count) {
    bytes.put16(2, count);
  }

  private void checkEntries(Geometry geometry, long first, long end) throws DamagedVolumeException {
    long free = first;
    for (int i = 0; i < count; i++) {
      long from = fileBlock(i);
      long length = depth > 0 ? 1 : length(i);
      if (from < free || length < 1 || length > end - from) {
        throw place.damaged(
            "entry " + i + " with file blocks " + from + "+" + length + " is out of order");
      }
      if (!geometry.holds(target(i), length)) {
        throw place.damaged(
            "entry " + i + " with blocks " + target(i) + "+" + length + " is outside the volume");
      }
      free = from + length;
    }
  }

  /** Levels below this one; 0 where the entries are extents. */
  public int depth() {
    return depth;
  }

  /** Entries. */
  public int count() {
    return count;
  }

  /** Where it is, for messages. */
  public Place place() {
    return place;
  }

  private static int at(int entry) {
    return HEADER + ENTRY * entry;
  }

  /** The first file block an entry speaks of. */
  public long fileBlock(int entry) {
    return bytes.u32(at(entry));
  }

  /** File blocks of an extent. */
  public int length(int entry) {
    int length = bytes.u16(at(entry) + 4);
    return length > MAX_WRITTEN ? length - MAX_WRITTEN : length;
  }

  /** Whether an extent is set aside and reads as zeros. */
  public boolean isUnwritten(int entry) {
    return bytes.u16(at(entry) + 4) > MAX_WRITTEN;
  }

  /** The block an entry points to: the first of an extent, or a node. */
  public long target(int entry) {
    int at = at(entry);
    return depth > 0
        ? bytes.u32(at + 4) | (long) bytes.u16(at + 8) << 32
        : bytes.u32(at + 8) | (long) bytes.u16(at + 6) << 32;
  }

  /** The last entry that begins at or before a file block; -1 when all begin after it. */
  public int find(long fileBlock) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (fileBlock(middle) <= fileBlock) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }
}
