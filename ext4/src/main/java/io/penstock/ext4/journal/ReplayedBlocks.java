package io.penstock.ext4.journal;

import io.penstock.core.device.BlockDevice;
import io.penstock.ext4.format.JournalHeader;
import io.penstock.ext4.store.NumberTable;
import io.penstock.ext4.store.Relocation;
import java.util.Arrays;

/**
 * The blocks of a volume whose newest contents are in its journal: what a replay would write back,
 * without writing. Immutable, thread-safe.
 */
public final class ReplayedBlocks implements Relocation {
  private final BlockDevice device;
  private final NumberTable moved;
  private final long[] blocks;
  private final long transactions;

  ReplayedBlocks(BlockDevice device, LogContents log) {
    this.device = device;
    moved = log.moved();
    blocks = moved.sortedBlocks();
    transactions = log.transactions();
  }

  /** Transactions that were found. */
  public long transactions() {
    return transactions;
  }

  /** How many blocks have moved. */
  public int count() {
    return blocks.length;
  }

  @Override
  public BlockDevice device(BlockDevice volume) {
    return device;
  }

  @Override
  public long locate(long block) {
    long value = moved.get(block, -1);
    return value < 0 ? block : value >>> 1;
  }

  @Override
  public boolean isMoved(long block) {
    return moved.get(block, -1) >= 0;
  }

  @Override
  public long nextMoved(long block) {
    int found = Arrays.binarySearch(blocks, block);
    int next = found >= 0 ? found : -found - 1;
    return next < blocks.length ? blocks[next] : Long.MAX_VALUE;
  }

  @Override
  public int firstWord(long block) {
    long value = moved.get(block, -1);
    return value >= 0 && (value & 1) != 0 ? JournalHeader.MAGIC : 0;
  }
}
