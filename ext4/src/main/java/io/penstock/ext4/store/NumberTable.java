package io.penstock.ext4.store;

import java.util.Arrays;

/**
 * Numbers by block number, without an object for each. Blocks are not negative. Not thread-safe.
 */
public final class NumberTable {
  private static final long FREE = -1;

  private long[] blocks = new long[64];
  private long[] values = new long[64];
  private int size;

  /** Empty. */
  public NumberTable() {
    Arrays.fill(blocks, FREE);
  }

  private int slot(long block) {
    int mask = blocks.length - 1;
    int at = (int) (block * 0x9E3779B97F4A7C15L >>> 32) & mask;
    while (blocks[at] != FREE && blocks[at] != block) {
      at = (at + 1) & mask;
    }
    return at;
  }

  /** The number of a block, or the other one when it has none. */
  public long get(long block, long otherwise) {
    int at = slot(block);
    return blocks[at] == FREE ? otherwise : values[at];
  }

  /** Gives a block a number. */
  public void put(long block, long value) {
    int at = slot(block);
    if (blocks[at] == FREE) {
      blocks[at] = block;
      size++;
    }
    values[at] = value;
    if (size > blocks.length / 2) {
      grow();
    }
  }

  private void grow() {
    long[] oldBlocks = blocks;
    long[] oldValues = values;
    blocks = new long[oldBlocks.length * 2];
    values = new long[oldBlocks.length * 2];
    Arrays.fill(blocks, FREE);
    for (int i = 0; i < oldBlocks.length; i++) {
      if (oldBlocks[i] != FREE) {
        int at = slot(oldBlocks[i]);
        blocks[at] = oldBlocks[i];
        values[at] = oldValues[i];
      }
    }
  }

  /** How many have a number. */
  public int size() {
    return size;
  }

  /** The blocks that have a number, in order. */
  public long[] sortedBlocks() {
    return Arrays.stream(blocks).filter(block -> block != FREE).sorted().toArray();
  }
}
