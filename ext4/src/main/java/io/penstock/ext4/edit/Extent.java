package io.penstock.ext4.edit;

/**
 * An entry of an extent tree: of a leaf, or of a node above, which has no length.
 *
 * @param first the first file block it speaks of
 * @param count file blocks; 0 above the leaves
 * @param target the first block of data, or the node below
 * @param unwritten whether it reads as zeros
 */
record Extent(long first, long count, long target, boolean unwritten) {
  /** Most blocks of an extent that holds data. */
  static final int MOST_WRITTEN = 32768;

  /** Most blocks of one that reads as zeros. */
  static final int MOST_UNWRITTEN = 32767;

  static Extent node(long first, long block) {
    return new Extent(first, 0, block, false);
  }

  long end() {
    return first + count;
  }

  int most() {
    return unwritten ? MOST_UNWRITTEN : MOST_WRITTEN;
  }

  /** Whether another continues it, in the file and on the volume. */
  boolean goesOnWith(Extent next) {
    return next.first == end() && next.target == target + count && next.unwritten == unwritten;
  }

  /** Its part before a file block. */
  Extent before(long block) {
    return new Extent(first, block - first, target, unwritten);
  }

  /** Its part from a file block on. */
  Extent from(long block) {
    return new Extent(block, end() - block, target + block - first, unwritten);
  }

  /** The same blocks as data. */
  Extent written() {
    return new Extent(first, count, target, false);
  }
}
