package io.penstock.ext4.format;

/**
 * A node of a directory's hash tree, to be changed; what is where is told at {@link HashTreeNode}.
 * The checksum is not set here but when the transaction seals the block ({@link Seals}).
 *
 * <p>Not thread-safe: belongs to the transaction that edits the block.
 */
public final class HashTreeFields {
  private static final int DOT_LENGTH = 12;

  private final BlockBytes bytes;
  private final int pairs;

  private HashTreeFields(BlockBytes bytes, int pairs) {
    this.bytes = bytes;
    this.pairs = pairs;
  }

  /** A root that has been checked. */
  public static HashTreeFields root(BlockBytes bytes) {
    return new HashTreeFields(bytes, HashTreeNode.ROOT_PAIRS);
  }

  /** A node below the root that has been checked. */
  public static HashTreeFields node(BlockBytes bytes) {
    return new HashTreeFields(bytes, HashTreeNode.NODE_PAIRS);
  }

  /**
   * Makes a block the root of a tree without other nodes; it keeps its two first entries.
   *
   * @param version of the hash
   * @param leaf the block with the entries
   * @param checked whether room for a checksum is left
   */
  public static HashTreeFields beginRoot(
      BlockBytes bytes, int version, long leaf, boolean checked) {
    int from = 2 * DOT_LENGTH;
    bytes.clear(from, bytes.length() - from);
    DirectoryBlock.putRecordLength(bytes, DOT_LENGTH, bytes.length() - DOT_LENGTH, bytes.length());
    bytes.put8(0x1C, version).put8(0x1D, 8);
    return root(bytes).begin(leaf, checked);
  }

  /** Makes a block a node with one pair. */
  public static HashTreeFields beginNode(BlockBytes bytes, long first, boolean checked) {
    bytes.clear(0, bytes.length());
    DirectoryBlock.putRecordLength(bytes, 0, bytes.length(), bytes.length());
    return node(bytes).begin(first, checked);
  }

  private HashTreeFields begin(long first, boolean checked) {
    int room = bytes.length() - pairs - (checked ? HashTreeNode.TAIL : 0);
    bytes.put16(pairs, room / HashTreeNode.PAIR).put16(pairs + 2, 1).put32(pairs + 4, first);
    return this;
  }

  /** Whether it has no room for another pair. */
  public boolean isFull() {
    return count() >= bytes.view().u16(pairs);
  }

  /** Pairs, the first included. */
  public int count() {
    return bytes.view().u16(pairs + 2);
  }

  private void count(int value) {
    bytes.put16(pairs + 2, value);
  }

  /** The lowest hash below a pair. */
  public int hash(int index) {
    return bytes.view().s32(at(index));
  }

  private int at(int index) {
    return pairs + index * HashTreeNode.PAIR;
  }

  /** Levels of nodes between the root and the entries, of the root. */
  public HashTreeFields levels(int value) {
    bytes.put8(0x1E, value);
    return this;
  }

  /** The directory that this one is in, of the root. */
  public void parent(long inode) {
    bytes.put32(DOT_LENGTH, inode);
  }

  /** Puts a pair in; there has to be room. */
  public void insert(int index, int hash, long block) {
    int count = count();
    if (index < 1 || index > count || isFull()) {
      throw new IllegalStateException("pair " + index + " of " + count + " has no room");
    }
    byte[] behind = bytes.view().copy(at(index), (count - index) * HashTreeNode.PAIR);
    bytes.put(at(index + 1), behind).put32(at(index), hash).put32(at(index) + 4, block);
    count(count + 1);
  }

  /**
   * Moves the pairs from one on to a node that has one pair, which becomes the first of them.
   *
   * @return the lowest hash below the other node now
   */
  public int moveTo(HashTreeFields other, int from) {
    int count = count();
    int hash = from == 0 ? 0 : hash(from);
    other.bytes.put32(other.pairs + 4, bytes.view().u32(at(from) + 4));
    int rest = (count - from - 1) * HashTreeNode.PAIR;
    other.bytes.put(other.at(1), bytes.view().copy(at(from + 1), rest));
    other.count(count - from);
    count(from);
    return hash;
  }

  /** Leaves one pair, which leads to this block. */
  public void onlyTo(long block) {
    count(1);
    bytes.put32(pairs + 4, block);
  }
}
