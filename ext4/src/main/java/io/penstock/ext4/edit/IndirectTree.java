package io.penstock.ext4.edit;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.space.BlockRun;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;

/**
 * Changes the block numbers of a file of ext2 and ext3; how they are laid out is told at {@link
 * io.penstock.ext4.map.IndirectMapper}. A block of numbers that has none any more is freed; without
 * a journal one that is to be changed is replaced, so that the writing of the inode makes the
 * change as a whole. There are no unwritten blocks in such a file.
 */
final class IndirectTree implements BlockTree {
  private static final int DIRECT = 12;
  private static final int LEVELS = 3;
  private static final long NUMBERS = 1L << 32;

  private final VolumeWriter volume;
  private final long number;
  private final int shift;

  // the way to the numbers of a file block: where they are, from the inode down

  private final BlockBytes[] containers = new BlockBytes[LEVELS + 1];
  private final long[] blocks = new long[LEVELS + 1];
  private final int[] slots = new int[LEVELS + 1];
  private int depth;

  /** Numbers in the last container, and the first file block that could be in it. */
  private int slotsThere;

  private long firstThere;

  /** The map of an inode. */
  IndirectTree(VolumeWriter volume, long number) {
    this.volume = volume;
    this.number = number;
    shift = volume.geometry().blockShift() - 2;
  }

  // --- what can be done ---

  @Override
  public void insert(Transaction change, long fileBlock, BlockRun run, boolean unwritten)
      throws IOException {
    if (unwritten) {
      throw new BlockIoException(
          Errno.EOPNOTSUPP,
          "preallocate",
          "inode " + number,
          "blocks that read as zeros need a file with extents; this one has indirect blocks");
    }
    if (run.end() > NUMBERS) {
      throw new BlockIoException(
          Errno.EFBIG, "write", "inode " + number, "block " + run.end() + " has no 32-bit number");
    }
    for (long done = 0; done < run.count(); ) {
      find(change, fileBlock + done, true);
      int slot = slots[depth];
      int count = (int) Math.min(run.count() - done, slotsThere - slot);
      for (int i = 0; i < count; i++) {
        containers[depth].put32(4 * (slot + i), run.first() + done + i);
      }
      done += count;
    }
    volume.blocks().take(change, run.first(), run.count());
    count(change, run.count());
  }

  @Override
  public long convertSome(Transaction change, long from, long end) {
    return from; // there is nothing unwritten
  }

  @Override
  public long removeSome(Transaction change, long from, long end, int mostRuns) throws IOException {
    if (!find(change, end - 1, false)) {
      return Math.max(from, firstThere);
    }
    BlockBytes numbers = containers[depth];
    long stop = Math.max(from, firstThere);
    long at = end;
    int runs = 0;
    long freed = 0;
    while (at > stop) {
      int slot = slots[depth] - (int) (end - at);
      long block = numbers.view().u32(4 * slot);
      if (block == 0) {
        at--;
        continue;
      }
      if (runs == mostRuns) {
        break;
      }
      int count = 1;
      while (at - count > stop && numbers.view().u32(4 * (slot - count)) == block - count) {
        count++;
      }
      numbers.clear(4 * (slot - count + 1), 4 * count);
      volume.blocks().free(change, block - count + 1, count);
      runs++;
      freed += count;
      at -= count;
    }
    count(change, -freed - prune(change));
    return at;
  }

  /** Frees the blocks of numbers on the way that have none any more; how many. */
  private long prune(Transaction change) throws IOException {
    long freed = 0;
    for (int level = depth; level > 0; level--) {
      DiskBytes numbers = containers[level].view();
      if (!numbers.isZero(0, numbers.length())) {
        break;
      }
      volume.blocks().freeMetadata(change, blocks[level]);
      containers[level - 1].put32(4 * slots[level - 1], 0);
      freed++;
    }
    return freed;
  }

  private void count(Transaction change, long added) throws IOException {
    if (added != 0) {
      volume.inodes().edit(change, number).addBlocks(added);
    }
  }

  @Override
  public long end() throws IOException {
    DiskBytes area = volume.inodes().read(number).blockArea();
    long first = DIRECT;
    for (int level = 1; level <= LEVELS; level++) {
      first += level == 1 ? 0 : 1L << shift * (level - 1);
    }
    for (int level = LEVELS; level > 0; level--) {
      long pointer = area.u32(4 * (DIRECT + level - 1));
      long end = pointer == 0 ? 0 : endOf(pointer, level, first);
      if (end > 0) {
        return end;
      }
      first -= level == 1 ? 0 : 1L << shift * (level - 1);
    }
    return last(area, DIRECT) + 1L;
  }

  private long endOf(long block, int level, long first) throws IOException {
    require(block);
    DiskBytes numbers = volume.table().store().read(block).bytes();
    for (int slot = last(numbers, 1 << shift); slot >= 0; slot = last(numbers, slot)) {
      long start = first + ((long) slot << shift * (level - 1));
      long end = level == 1 ? start + 1 : endOf(numbers.u32(4 * slot), level - 1, start);
      if (end > 0) {
        return end;
      }
    }
    return 0;
  }

  /** The last number before a slot that is there; -1 when there is none. */
  private static int last(DiskBytes numbers, int end) {
    int slot = end - 1;
    while (slot >= 0 && numbers.u32(4 * slot) == 0) {
      slot--;
    }
    return slot;
  }

  // --- the way to the numbers ---

  /**
   * Goes to the number of a file block.
   *
   * @param makes whether blocks of numbers that are missing are made
   * @return false when one is missing; {@code firstThere} then is where the hole begins
   */
  private boolean find(Transaction change, long fileBlock, boolean makes) throws IOException {
    depth = 0;
    containers[0] = volume.inodes().edit(change, number).blockArea();
    if (fileBlock < DIRECT) {
      slots[0] = (int) fileBlock;
      slotsThere = DIRECT;
      firstThere = 0;
      return true;
    }
    long behind = fileBlock - DIRECT;
    for (int level = 1; level <= LEVELS; level++) {
      long reach = 1L << shift * level;
      if (behind < reach) {
        slots[0] = DIRECT + level - 1;
        return descend(change, level, behind, fileBlock, makes);
      }
      behind -= reach;
    }
    throw new BlockIoException(
        Errno.EFBIG, "write", "inode " + number, "file block " + fileBlock + " has no number");
  }

  private boolean descend(Transaction change, int level, long index, long fileBlock, boolean makes)
      throws IOException {
    for (int below = level; below > 0; below--) {
      long pointer = containers[depth].view().u32(4 * slots[depth]);
      if (pointer == 0 && !makes) {
        firstThere = fileBlock - (index & (1L << shift * below) - 1);
        return false;
      }
      BlockBytes next;
      if (pointer == 0) {
        pointer = allocate(change);
        containers[depth].put32(4 * slots[depth], pointer);
        next = change.create(pointer);
        count(change, 1);
      } else {
        require(pointer);
        if (change.mayChange(pointer)) {
          next = change.edit(pointer);
        } else {
          long old = pointer;
          pointer = allocate(change);
          next = change.create(pointer).put(0, volume.table().store().read(old).bytes());
          containers[depth].put32(4 * slots[depth], pointer);
          volume.blocks().freeMetadata(change, old);
        }
      }
      depth++;
      containers[depth] = next;
      blocks[depth] = pointer;
      slots[depth] = (int) (index >>> shift * (below - 1)) & (1 << shift) - 1;
    }
    slotsThere = 1 << shift;
    firstThere = fileBlock - slots[depth];
    return true;
  }

  private long allocate(Transaction change) throws IOException {
    return volume.blocks().allocateNode(change, volume.geometry().groupOfInode(number));
  }

  private void require(long block) throws IOException {
    if (!volume.geometry().holds(block, 1)) {
      Inode inode = volume.inodes().read(number);
      Place place = inode.place().structure("block map");
      throw place.damaged("it points to block " + block + ", which is outside the volume");
    }
  }
}
