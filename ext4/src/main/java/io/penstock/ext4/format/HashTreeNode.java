package io.penstock.ext4.format;

/**
 * A node of a directory's hash tree, hidden in what looks like an empty block. Source: "Hash Tree
 * Directories" of the format's documentation; little-endian:
 *
 * <pre>
 *   root, block 0 of the directory            other nodes
 *   0x00 12  entry "."                          0x00 8  an empty entry as long as the block
 *   0x0C 12  entry "..", to the block's end     0x08 2  limit
 *   0x18  4  0                                  0x0A 2  count
 *   0x1C  1  hash_version                       0x0C 4  block of the lowest hash
 *   0x1D  1  info_length, 8                     0x10    pairs of 4 bytes hash and 4 bytes block
 *   0x1E  1  indirect_levels
 *   0x20  2  limit
 *   0x22  2  count
 *   0x24  4  block of hash 0
 *   0x28     pairs of 4 bytes hash and 4 bytes block
 *   after limit pairs, with metadata_csum: 4 bytes zero, 4 bytes dt_checksum
 * </pre>
 *
 * <p>The limit and the count include the first, which has a block and no hash. Immutable.
 */
public final class HashTreeNode {
  static final int ROOT_PAIRS = 0x20;
  static final int NODE_PAIRS = 0x08;
  static final int PAIR = 8;
  static final int TAIL = 8;

  private final DiskBytes bytes;
  private final Place place;
  private final int pairs;
  private final int count;

  private HashTreeNode(DiskBytes bytes, Place place, int pairs) throws DamagedVolumeException {
    this.bytes = bytes;
    this.place = place;
    this.pairs = pairs;
    int limit = bytes.u16(pairs);
    count = bytes.u16(pairs + 2);
    int room = (bytes.length() - pairs) / PAIR;
    if (count < 1 || count > limit || limit > room) {
      throw place.damaged(count + " pairs of " + limit + " do not fit where " + room + " would");
    }
  }

  /** Whether the first bytes of a block are those of a tree's root. */
  public static boolean isRoot(DiskBytes block) {
    int rest = DirectoryBlock.recordLength(block, 12, block.length());
    return block.u16(4) == 12 && rest == block.length() - 12;
  }

  /** Whether the first bytes of a block are those of a node below the root. */
  public static boolean isNode(DiskBytes block) {
    return block.u32(0) == 0
        && DirectoryBlock.recordLength(block, 0, block.length()) == block.length()
        && block.u16(6) == 0;
  }

  /** The root of a tree. */
  public static HashTreeNode root(
      DiskBytes bytes, Checksums checksums, int inodeSeed, Place place, int maxLevels)
      throws DamagedVolumeException {
    if (!isRoot(bytes) || bytes.u8(0x1D) != 8 || bytes.u32(0x18) != 0) {
      throw place.damaged("it is not the root of a hash tree");
    }
    HashTreeNode root = new HashTreeNode(bytes, place, ROOT_PAIRS);
    root.check(checksums, inodeSeed);
    if (root.levels() >= maxLevels) {
      throw place.damaged(
          "it has " + root.levels() + " levels below it, not less than " + maxLevels);
    }
    return root;
  }

  /** A node below the root. */
  public static HashTreeNode node(DiskBytes bytes, Checksums checksums, int inodeSeed, Place place)
      throws DamagedVolumeException {
    if (!isNode(bytes)) {
      throw place.damaged("it is not a node of a hash tree");
    }
    HashTreeNode node = new HashTreeNode(bytes, place, NODE_PAIRS);
    node.check(checksums, inodeSeed);
    return node;
  }

  private void check(Checksums checksums, int inodeSeed) throws DamagedVolumeException {
    for (int i = 2; i < count; i++) {
      if (Integer.compareUnsigned(hash(i - 1), hash(i)) > 0) {
        throw place.damaged("its hashes are out of order at " + i);
      }
    }
    if (!checksums.areKept()) {
      return;
    }
    int tail = pairs + bytes.u16(pairs) * PAIR;
    if (tail + TAIL > bytes.length()) {
      throw place.damaged("no room is left for its checksum");
    }
    int crc = bytes.crc32c(inodeSeed, 0, pairs + count * PAIR);
    crc = bytes.crc32c(crc, tail, 4);
    crc = Crc32c.update(crc, new byte[4]);
    Checksums.compare(bytes.u32(tail + 4), crc, place);
  }

  /** Which hash, of the root. */
  public int hashVersion() {
    return bytes.u8(0x1C);
  }

  /** Levels of nodes between the root and the entries, of the root. */
  public int levels() {
    return bytes.u8(0x1E);
  }

  /** Pairs, the first included. */
  public int count() {
    return count;
  }

  /** Whether it has no room for another pair. */
  public boolean isFull() {
    return count >= bytes.u16(pairs);
  }

  /** Where it is, for messages. */
  public Place place() {
    return place;
  }

  /** The lowest hash below a pair; bit 0 when entries of the pair before may have it too. */
  public int hash(int index) {
    return index == 0 ? 0 : bytes.s32(pairs + index * PAIR);
  }

  /** The block of the directory that a pair points to. */
  public long block(int index) {
    return bytes.u32(pairs + index * PAIR + 4);
  }

  /** The last pair whose hash is not above this one. */
  public int find(int hash) {
    int low = 1;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Integer.compareUnsigned(hash(middle), hash) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }
}
