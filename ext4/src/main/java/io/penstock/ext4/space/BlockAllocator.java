package io.penstock.ext4.space;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.GroupDescriptor;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.transaction.Transaction;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes and frees blocks. Two steps: a <em>claim</em> keeps free blocks in memory, so that nobody
 * else gets them; <em>taking</em> them marks them as in use within a transaction. Data is written
 * between the two: a block is in use on the disk only together with what refers to it.
 *
 * <p>Freed blocks stay claimed until the transaction that freed them is committed: until then a
 * crash brings back what referred to them. Thread-safe.
 */
public final class BlockAllocator {
  /** Groups that are searched for a run as long as wanted before a shorter one will do. */
  private static final int PATIENCE = 64;

  private final InodeTable table;
  private final Geometry geometry;
  private final Groups groups;

  // guarded by this
  private final BlockRuns claimed = new BlockRuns();
  private final BlockRuns kept = new BlockRuns();
  private final Set<Window> windows = new HashSet<>();
  private long awaiting;

  /** Blocks of a volume. */
  public BlockAllocator(InodeTable table, Groups groups) {
    this.table = table;
    this.groups = groups;
    geometry = table.store().geometry();
  }

  // --- claims ---

  /**
   * Claims free blocks in a row.
   *
   * @param goal where they should begin: behind the last block of a file, or where what they belong
   *     to is
   * @param most how many at most
   * @param window of the file, where it is written from front to back; or null
   * @return one at least
   * @throws IOException ENOSPC; when bitmaps cannot be read or are damaged
   */
  public synchronized BlockRun claim(long goal, long most, @Nullable Window window)
      throws IOException {
    if (window == null) {
      return claimed(find(goal, most));
    }
    if (window.count > 0 && window.first == goal) {
      return fromWindow(window, most);
    }
    boolean goesOn = windows.contains(window) && window.first == goal;
    closeWindow(window);
    if (!goesOn) {
      window.forget();
    }
    BlockRun run = find(goal, most + window.nextAhead(geometry.blockShift()));
    keep(window, run);
    return fromWindow(window, most);
  }

  private BlockRun fromWindow(Window window, long most) {
    BlockRun run = new BlockRun(window.first, Math.min(most, window.count));
    kept.remove(run.first(), run.count());
    window.first += run.count();
    window.count -= run.count();
    return claimed(run);
  }

  private BlockRun claimed(BlockRun run) {
    claimed.add(run.first(), run.count());
    return run;
  }

  private void keep(Window window, BlockRun run) {
    window.first = run.first();
    window.count = run.count();
    kept.add(run.first(), run.count());
    windows.add(window);
  }

  /** What is kept for a file is free again. */
  public synchronized void close(Window window) {
    closeWindow(window);
    window.forget();
  }

  private void closeWindow(Window window) {
    if (windows.remove(window)) {
      kept.remove(window.first, window.count);
      window.count = 0;
    }
  }

  /** Claimed blocks are free again. */
  public synchronized void release(long first, long count) {
    claimed.remove(first, count);
  }

  // --- on the disk ---

  /** Marks claimed blocks as in use; when others see that, they are not claimed any more. */
  public void take(Transaction change, long first, long count) throws IOException {
    mark(change, first, count, true);
    change.onPublish(() -> release(first, count));
  }

  /** Claims and takes blocks in a row, for metadata; one at least. */
  public BlockRun allocate(Transaction change, long goal, long most) throws IOException {
    BlockRun run = claim(goal, most, null);
    change.onAbort(() -> release(run.first(), run.count()));
    take(change, run.first(), run.count());
    return run;
  }

  /**
   * Claims and takes a block for the map of a file: the last that is free in a group, so that it
   * does not come in between the data of files.
   */
  public long allocateNode(Transaction change, long group) throws IOException {
    long block = claimLast(group);
    change.onAbort(() -> release(block, 1));
    take(change, block, 1);
    return block;
  }

  private synchronized long claimLast(long first) throws IOException {
    for (long i = 0; i < geometry.groups(); i++) {
      GroupDescriptor group = groups.read((first + i) % geometry.groups());
      long found = group.freeClusters() == 0 ? -1 : lastFree(group);
      if (found >= 0) {
        claimed.add(found, 1);
        return found;
      }
    }
    return claim(geometry.firstBlock(first), 1, null).first();
  }

  private long lastFree(GroupDescriptor group) throws IOException {
    Bitmap bitmap = new Bitmap(groups.readBlocks(group));
    long start = geometry.firstBlock(group.group());
    for (int bit = (int) geometry.blocksIn(group.group()) - 1; bit >= 0; bit--) {
      bit = bitmap.previousClear(bit);
      long block = start + bit;
      if (bit >= 0 && claimed.nextOutside(block) == block && kept.nextOutside(block) == block) {
        return block;
      }
    }
    return -1;
  }

  /** Frees blocks of data; they are not used again before that is committed. */
  public void free(Transaction change, long first, long count) throws IOException {
    mark(change, first, count, false);
    hold(first, count);
    // had they been taken in this transaction, they would be released when it is published
    change.onPublish(() -> await(first, count));
    change.onAbort(() -> release(first, count));
    change.afterCommit(() -> committed(first, count));
  }

  private synchronized void await(long first, long count) {
    hold(first, count);
    awaiting += count;
  }

  private synchronized void committed(long first, long count) {
    release(first, count);
    awaiting -= count;
  }

  /** Freed blocks that can be used again after the next commit. */
  public synchronized long awaitingCommit() {
    return awaiting;
  }

  /** Frees a block of metadata. */
  public void freeMetadata(Transaction change, long block) throws IOException {
    free(change, block, 1);
    change.forget(block);
  }

  private synchronized void hold(long first, long count) {
    claimed.add(first, count);
  }

  private void mark(Transaction change, long first, long count, boolean used) throws IOException {
    long at = first;
    long end = first + count;
    while (at < end) {
      long group = geometry.groupOf(at);
      long start = geometry.firstBlock(group);
      int bit = (int) (at - start);
      int bits = (int) Math.min(end - at, geometry.blocksIn(group) - bit);
      markIn(change, group, bit, bits, used);
      at += bits;
    }
  }

  private void markIn(Transaction change, long group, int bit, int bits, boolean used)
      throws IOException {
    var bitmap = groups.editBlocks(change, group);
    Bitmap now = new Bitmap(bitmap.view());
    int wrong = used ? now.nextSet(bit, bit + bits) : now.nextClear(bit, bit + bits);
    if (wrong != bit + bits) {
      throw new Place(
              table.store().device().name(),
              "block bitmap of group " + group,
              Place.NONE,
              groups.read(group).blockBitmap())
          .damaged(
              "block "
                  + (geometry.firstBlock(group) + wrong)
                  + (used ? " was free and is in use" : " is in use and was marked as free"));
    }
    bitmap.setBits(bit, bits, used);
    long free = groups.read(group).freeClusters() + (used ? -bits : bits);
    groups.edit(change, group).freeClusters(free);
  }

  // --- looking for free blocks ---

  private BlockRun find(long goal, long wanted) throws IOException {
    BlockRun found = search(goal, wanted);
    if (found == null && !windows.isEmpty()) {
      Set.copyOf(windows).forEach(this::closeWindow);
      found = search(goal, wanted);
    }
    if (found == null) {
      throw new BlockIoException(
          Errno.ENOSPC,
          "allocate",
          table.store().device().name(),
          "no block of " + geometry.blocks() + " is free");
    }
    return found;
  }

  private @Nullable BlockRun search(long goal, long wanted) throws IOException {
    long from = geometry.holds(goal, 1) ? goal : geometry.firstBlock(0);
    long first = geometry.groupOf(from);
    BlockRun best = null;
    for (long i = 0; i <= geometry.groups(); i++) {
      long number = (first + i) % geometry.groups();
      GroupDescriptor group = groups.read(number);
      if (group.freeClusters() == 0) {
        continue;
      }
      long start = i == 0 ? from : geometry.firstBlock(number);
      BlockRun run = searchIn(group, start, wanted, i == 0 ? goal : -1);
      if (run == null) {
        continue;
      }
      if (run.count() >= wanted || i == 0 && run.first() == goal) {
        return run;
      }
      if (best == null || best.count() < run.count()) {
        best = run;
      }
      if (i > PATIENCE && best.count() >= wanted / 8) {
        break;
      }
    }
    return best;
  }

  /** The run at the goal; else the first that is long enough; else the longest; else null. */
  private @Nullable BlockRun searchIn(GroupDescriptor group, long from, long wanted, long goal)
      throws IOException {
    long start = geometry.firstBlock(group.group());
    int end = (int) geometry.blocksIn(group.group());
    DiskBytes bytes = groups.readBlocks(group);
    Bitmap bitmap = new Bitmap(bytes);
    BlockRun best = null;
    int bit = (int) (from - start);
    while (true) {
      bit = nextFree(bitmap, start, bit, end);
      if (bit == end) {
        return best;
      }
      int last = (int) Math.min(end, bit + Math.min(wanted, end));
      int runEnd = bitmap.nextSet(bit, last);
      runEnd = (int) Math.min(runEnd, claimed.nextInside(start + bit) - start);
      runEnd = (int) Math.min(runEnd, kept.nextInside(start + bit) - start);
      BlockRun run = new BlockRun(start + bit, runEnd - bit);
      if (run.count() >= wanted || run.first() == goal) {
        return run;
      }
      if (best == null || best.count() < run.count()) {
        best = run;
      }
      bit = runEnd;
    }
  }

  private int nextFree(Bitmap bitmap, long start, int from, int end) {
    int bit = from;
    while (bit < end) {
      int clear = bitmap.nextClear(bit, end);
      long outside = claimed.nextOutside(kept.nextOutside(start + clear));
      if (outside == start + clear) {
        return clear;
      }
      bit = (int) Math.min(end, outside - start);
    }
    return end;
  }

  /** Blocks that are claimed or kept, for messages and tests. */
  public synchronized long blocksAside() {
    return claimed.count() + kept.count();
  }
}
