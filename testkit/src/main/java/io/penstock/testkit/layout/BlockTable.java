package io.penstock.testkit.layout;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.util.BitSet;

/**
 * Where the blocks of a {@link TinyVolume}'s file are at this moment, and which places are free.
 * Thread-safe; who asks several things that belong together holds its monitor.
 */
final class BlockTable {
  /** Not a place. */
  static final long NOWHERE = 0;

  private final long[] entries;

  /** Of the places, 1 to {@code entries.length}, those that some table points to. */
  private final BitSet taken = new BitSet();

  private StoredTable onDevice;

  BlockTable(StoredTable stored) {
    entries = stored.entries().clone();
    onDevice = stored;
    take(entries);
  }

  private void take(long[] ofTable) {
    for (long entry : ofTable) {
      if (entry != NOWHERE) {
        taken.set((int) (entry >> 1));
      }
    }
  }

  synchronized boolean isHole(long block) {
    return entries[(int) block] == NOWHERE;
  }

  synchronized boolean isWritten(long block) {
    return (entries[(int) block] & 1) != 0;
  }

  synchronized long place(long block) {
    return entries[(int) block] >> 1;
  }

  /** The place of a block that holds data, or {@link #NOWHERE}. */
  synchronized long writtenPlace(long block) {
    return block < entries.length && isWritten(block) ? place(block) : NOWHERE;
  }

  /** How many blocks from {@code first} on are the same and lie behind each other. */
  synchronized long run(long first, long most) {
    int run = 1;
    while (run < most && entries[(int) first + run] == entries[(int) first] + 2L * run) {
      run++;
    }
    return run;
  }

  /** Whether the table on the device says something else of some of these blocks. */
  synchronized boolean isDirty(long first, long blocks) {
    for (int i = (int) first; i < first + blocks; i++) {
      if (entries[i] != onDevice.entries()[i]) {
        return true;
      }
    }
    return false;
  }

  /** Gives a block a place; it is unwritten. */
  synchronized long allocate(long block, String device) throws BlockIoException {
    int place = taken.nextClearBit(1);
    if (place > entries.length) {
      throw new BlockIoException(
          Errno.ENOSPC, "allocate", device, "all " + entries.length + " blocks are taken");
    }
    taken.set(place);
    entries[(int) block] = 2L * place;
    return place;
  }

  /** The block holds data now. */
  synchronized void written(long block) {
    entries[(int) block] |= 1;
  }

  /**
   * Makes holes of all blocks from {@code first} on. Their places stay taken until a table without
   * them is stored.
   */
  synchronized void cut(long first) {
    for (int i = (int) Math.min(first, entries.length); i < entries.length; i++) {
      entries[i] = NOWHERE;
    }
  }

  synchronized StoredTable toStore(long size) {
    return new StoredTable(size, entries.clone());
  }

  /** This one is on the device: no place is taken but its own, and those given since. */
  synchronized void stored(StoredTable table) {
    onDevice = table;
    taken.clear();
    take(table.entries());
    take(entries);
  }
}
