package io.penstock.core.device;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * The volatile write cache of a device in memory: remembers which logical blocks differ from what
 * would survive a power failure. Positions and lengths are bytes, whole logical blocks. Not
 * thread-safe: the device locks.
 */
final class VolatileCache {
  private static final int GROUP_BLOCKS = 1 << 16;

  private final SparseMemory current;
  private final SparseMemory durable;
  private final int logicalBlock;

  /** Group of {@link #GROUP_BLOCKS} blocks → those of its blocks that are not durable. */
  private final TreeMap<Long, BitSet> cached = new TreeMap<>();

  VolatileCache(SparseMemory current, int logicalBlock) {
    this.current = current;
    this.durable = current.another();
    this.logicalBlock = logicalBlock;
  }

  /** A range of the current contents was written and is only in the cache. */
  void wrote(long position, long length) {
    forEachGroup(position, length, BitSet::set);
  }

  /** A range of the current contents was written and must survive (forced unit access). */
  void wroteThrough(long position, long length) {
    current.copyTo(durable, position, length);
    forEachGroup(position, length, BitSet::clear);
  }

  /** Puts {@code bytes} at any {@code position} of what survives; what is cached stays cached. */
  void wroteDurably(MemorySegment bytes, long position) {
    durable.copyIn(bytes, 0, position, bytes.byteSize());
  }

  /** Makes all of the current contents survive. */
  void flush() {
    moveCached(current, durable);
  }

  /** Makes the current contents what has survived. */
  void losePower() {
    moveCached(durable, current);
  }

  /** Makes every byte {@code value}, durably. */
  void fill(byte value) {
    durable.fill(value);
    cached.clear();
  }

  /** Blocks that would be lost at this moment. */
  long cachedBlocks() {
    return cached.values().stream().mapToLong(BitSet::cardinality).sum();
  }

  private void moveCached(SparseMemory from, SparseMemory to) {
    for (Map.Entry<Long, BitSet> group : cached.entrySet()) {
      long firstBlock = group.getKey() * GROUP_BLOCKS;
      BitSet blocks = group.getValue();
      for (int start = blocks.nextSetBit(0); start >= 0; ) {
        int end = blocks.nextClearBit(start);
        from.copyTo(to, (firstBlock + start) * logicalBlock, (long) (end - start) * logicalBlock);
        start = blocks.nextSetBit(end);
      }
    }
    cached.clear();
  }

  private void forEachGroup(long position, long length, Change change) {
    long end = (position + length) / logicalBlock;
    for (long block = position / logicalBlock; block < end; ) {
      long group = block / GROUP_BLOCKS;
      int from = (int) (block - group * GROUP_BLOCKS);
      int to = (int) Math.min(GROUP_BLOCKS, end - group * GROUP_BLOCKS);
      change.apply(cached.computeIfAbsent(group, absent -> new BitSet()), from, to);
      block += to - from;
    }
  }

  /** {@link BitSet#set(int, int)} or {@link BitSet#clear(int, int)}. */
  private interface Change {
    void apply(BitSet blocks, int from, int to);
  }
}
