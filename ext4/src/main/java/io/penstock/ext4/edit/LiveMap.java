package io.penstock.ext4.edit;

import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.file.EndOfIoHook;
import io.penstock.core.file.SyncHook;
import io.penstock.core.file.SyncScope;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFields;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.map.ExtentMapper;
import io.penstock.ext4.map.IndirectMapper;
import io.penstock.ext4.space.BlockRun;
import io.penstock.ext4.space.Window;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.MetadataBlock;
import io.penstock.ext4.store.MetadataStore;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.transaction.Transactions;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The block map of a file that is written to. A hole that is written gets blocks that are only
 * claimed, in memory ({@link PendingBlocks}); when the data is there, at the end of the I/O, one
 * transaction takes them and puts them into the map, together with the new size. So what a commit
 * makes reachable has always been written before (ordered mode), and a crash in between leaves
 * nothing behind. Until then everybody else is told that the blocks are unwritten (MAP-11).
 *
 * <p>What a write that failed had claimed stays claimed for the next write of the same place, until
 * the file is closed or cut.
 *
 * <p>Thread-safe. Locks are taken in this order: the writer's, the view's, this map's, the
 * allocator's.
 */
public final class LiveMap implements BlockMapper, EndOfIoHook, SyncHook {
  /** Handed to the end of I/O when there is something to be done. */
  private static final Object CHANGED = new Object();

  /** Most blocks that are claimed at once. */
  private static final long MOST_CLAIMED = 32768;

  private final VolumeWriter volume;
  private final InodeTable table;
  private final MetadataStore store;
  private final Geometry geometry;
  private final int shift;
  private final long number;
  private final long inodeBlock;
  private final boolean extents;
  private final BlockTree tree;
  private final Window window = new Window();
  private final Transactions.MapLook answer = this::answer;

  // guarded by this
  private final PendingBlocks pending = new PendingBlocks();
  private long goal;

  private volatile @Nullable Seen seen;

  /** The number of the commit that has the last change of the map or the size. */
  private volatile long changedIn;

  /** Where a write with padding behind its end is to end, and where it ends with it; or null. */
  private volatile @Nullable Padding padding;

  private record Padding(long end, long paddedEnd) {}

  /** Whether data was written without the times being told. */
  private volatile boolean touched;

  /** The inode as it was seen last, and its map. */
  private record Seen(long version, MetadataBlock block, Inode inode, BlockMapper map) {}

  /** The map of an inode whose data is not in the inode itself. */
  public LiveMap(Inode inode, VolumeWriter volume) throws IOException {
    this.volume = volume;
    table = volume.table();
    store = table.store();
    geometry = store.geometry();
    shift = geometry.blockShift();
    number = inode.number();
    inodeBlock = table.blockOf(number);
    extents = inode.has(InodeFlag.EXTENTS);
    tree = BlockTree.of(inode, volume);
    goal = geometry.firstBlock(geometry.groupOfInode(number));
  }

  /** The inode as it is now. */
  public Inode inode() throws IOException {
    return seen().inode;
  }

  private Seen seen() throws IOException {
    long version = store.version();
    Seen last = seen;
    if (last != null && last.version == version && version != MetadataStore.UNKNOWN) {
      return last;
    }
    MetadataBlock block = store.read(inodeBlock);
    if (last != null && last.block == block) {
      Seen same = new Seen(version, block, last.inode, last.map);
      seen = same;
      return same;
    }
    int size = geometry.superblock().inodeSize();
    Place place = new Place(store.device().name(), "inode", number, inodeBlock);
    Inode inode =
        Inode.parse(
            number,
            block.bytes().slice(table.offsetOf(number), size),
            geometry,
            table.checksums(),
            place);
    BlockMapper map =
        extents ? new ExtentMapper(inode, table, this) : new IndirectMapper(inode, store);
    Seen now = new Seen(version, block, inode, map);
    seen = now;
    return now;
  }

  @Override
  public LayoutTraits traits() {
    return LayoutTraits.DEFAULT.withMaxFileSize(largest());
  }

  private long largest() {
    long blocks = (1L << 32) - 1;
    if (!extents) {
      int numbers = shift - 2;
      long reach = 12 + (1L << numbers) + (1L << 2 * numbers) + (1L << 3 * numbers);
      blocks = Math.min(blocks, reach);
    }
    if (!geometry.superblock().has(Feature.HUGE_FILE)) {
      // what it takes must fit 32 bits of 512 bytes each, with some room for its map
      blocks = Math.min(blocks, (1L << 32) - (1L << 23) >> shift - 9);
    }
    return blocks << shift;
  }

  // --- answering ---

  @Override
  public void map(MapQuery query, Mapping mapping) throws IOException {
    try {
      look(query, mapping);
    } catch (BlockIoException full) {
      if (!commitFreesBlocks(full)) {
        throw full;
      }
      mapping.clear();
      look(query, mapping);
    }
    if (volume.transactions().committed() < changedIn) {
      mapping.dirty();
    }
  }

  private void look(MapQuery query, Mapping mapping) throws IOException {
    volume.transactions().look(answer, query, mapping);
  }

  /** When no block is free some may be that were freed and wait for the commit. */
  private boolean commitFreesBlocks(BlockIoException failure) throws IOException {
    if (failure.errno() != Errno.ENOSPC.number()
        || volume.blocks().awaitingCommit() == 0
        || HandlerQueue.isInHandler()) {
      return false;
    }
    volume.commit();
    return true;
  }

  private void answer(MapQuery query, Mapping mapping) throws IOException {
    synchronized (this) {
      seen().map.map(query, mapping);
      switch (mapping.kind()) {
        case HOLE -> hole(query, mapping);
        case UNWRITTEN -> unwritten(query, mapping);
        case MAPPED -> mapped(query, mapping);
        case NEW, WOULD_BLOCK -> {}
      }
    }
  }

  private static void unwritten(MapQuery query, Mapping mapping) {
    if (query.intent() == MapIntent.ALLOCATE) {
      mapping.cookie(CHANGED).defer();
    }
  }

  /** A write of data that is there may still make the file longer, inside its last block. */
  private void mapped(MapQuery query, Mapping mapping) {
    boolean mayGrow = query.firstBlock() + query.blocks() > query.fileSize() >> shift;
    if (query.intent() == MapIntent.ALLOCATE && mayGrow) {
      mapping.defer();
    }
  }

  private void hole(MapQuery query, Mapping mapping) throws IOException {
    long first = query.firstBlock();
    PendingBlocks.Part part = pending.at(first);
    boolean allocates = query.intent() == MapIntent.ALLOCATE;
    if (part != null) {
      long count = Math.min(part.run().count(), mapping.blocks());
      if (allocates) {
        mapping
            .unwritten(store.device(), part.run().first() << shift, count)
            .cookie(CHANGED)
            .defer();
      } else {
        mapping.hole(count);
      }
      return;
    }
    long count = Math.min(mapping.blocks(), pending.next(first) - first);
    if (!allocates) {
      mapping.hole(count);
    } else if (query.isNoWait()) {
      mapping.wouldBlock();
    } else {
      BlockRun run = claim(first, Math.min(count, MOST_CLAIMED));
      pending.add(first, run);
      mapping.allocated(store.device(), run.first() << shift, run.count()).cookie(CHANGED).defer();
    }
  }

  private BlockRun claim(long first, long count) throws IOException {
    long behind = first == 0 ? -1 : behind(first - 1);
    BlockRun run =
        behind >= 0
            ? volume.blocks().claim(behind, count, window)
            : volume.blocks().claim(goal, count, first == 0 ? window : null);
    goal = run.end();
    return run;
  }

  /** The block behind that of a file block; -1 when it has none. */
  private long behind(long fileBlock) throws IOException {
    PendingBlocks.Part part = pending.at(fileBlock);
    if (part != null) {
      return part.run().first() + 1;
    }
    Mapping mapping = new Mapping().clear();
    MapQuery query = new MapQuery().set(fileBlock, 1, MapIntent.LOOK_UP, false, 0);
    seen().map.map(query, mapping);
    return mapping.kind() == MappingKind.HOLE ? -1 : (mapping.deviceOffset() >> shift) + 1;
  }

  // --- when the data is there ---

  /**
   * A write that ends at {@code paddedEnd} has zeros from {@code end} on that are not the file's.
   * One at a time, as long as nobody else writes there.
   */
  public void pad(long end, long paddedEnd) {
    padding = new Padding(end, paddedEnd);
  }

  /** The write with padding has ended. */
  public void endPadding() {
    padding = null;
  }

  private long endOf(EndOfIo end) {
    long newEnd = end.position() + end.bytes();
    Padding known = padding;
    return known != null && known.paddedEnd == newEnd ? known.end : newEnd;
  }

  @Override
  public void endOfIo(EndOfIo end) throws IOException {
    if (!end.isWrite() || end.error() != null || end.bytes() == 0) {
      return;
    }
    long newEnd = endOf(end);
    if (end.cookie() != CHANGED && newEnd <= inode().size()) {
      touched = true;
    } else {
      publish(end, newEnd);
    }
    end.file().extendTo(newEnd);
  }

  private void publish(EndOfIo end, long newEnd) throws IOException {
    long first = end.position() >> shift;
    long last = end.position() + end.bytes() - 1 >> shift;
    List<long[]> ranges = initialised(end, first, last + 1);
    try (Transaction change = volume.begin(BlockTree.CREDITS)) {
      InodeFields inode = times(change);
      grow(change, inode, newEnd);
      if (ranges.size() == 1) {
        insertFirst(change, ranges.getFirst());
      }
      change.stop();
    }
    for (long[] each : ranges) {
      insertRest(each);
      convert(each);
    }
  }

  /** The file blocks of a range but those that could not be initialised (ZERO-3). */
  private List<long[]> initialised(EndOfIo end, long from, long to) {
    List<long[]> ranges = new ArrayList<>();
    long at = from;
    for (int i = 0; i < end.uninitialisedRanges(); i++) {
      long start = end.uninitialisedStart(i) >> shift;
      if (at < start) {
        ranges.add(new long[] {at, Math.min(start, to)});
      }
      at = Math.max(at, end.uninitialisedEnd(i) >> shift);
    }
    if (at < to) {
      ranges.add(new long[] {at, to});
    }
    return ranges;
  }

  /** Most writes have one run of new blocks: it goes with the size. */
  private void insertFirst(Transaction change, long[] range) throws IOException {
    PendingBlocks.Part part = nextPending(range);
    if (part != null) {
      insert(change, part);
    }
  }

  private void insertRest(long[] range) throws IOException {
    for (PendingBlocks.Part part = nextPending(range); part != null; part = nextPending(range)) {
      try (Transaction change = volume.begin(BlockTree.CREDITS)) {
        // another write of these blocks may have ended meanwhile
        PendingBlocks.Part still = nextPending(range);
        if (still != null) {
          insert(change, still);
        }
        change.stop();
      }
    }
  }

  private synchronized PendingBlocks.@Nullable Part nextPending(long[] range) {
    List<PendingBlocks.Part> parts = pending.in(range[0], range[1]);
    return parts.isEmpty() ? null : parts.getFirst();
  }

  private void insert(Transaction change, PendingBlocks.Part part) throws IOException {
    tree.insert(change, part.fileBlock(), part.run(), false);
    changed(change);
    change.onPublish(() -> forget(part));
  }

  private synchronized void forget(PendingBlocks.Part part) {
    pending.remove(part);
  }

  private void convert(long[] range) throws IOException {
    if (!extents) {
      return;
    }
    long to = range[1];
    while (to > range[0] && hasUnwritten(range[0], to)) {
      try (Transaction change = volume.begin(BlockTree.CREDITS)) {
        to = tree.convertSome(change, range[0], to);
        changed(change);
        change.stop();
      }
    }
  }

  private boolean hasUnwritten(long from, long to) throws IOException {
    return volume.transactions().look(() -> findUnwritten(from, to));
  }

  private boolean findUnwritten(long from, long to) throws IOException {
    Mapping mapping = new Mapping();
    MapQuery query = new MapQuery();
    for (long at = from; at < to; at += mapping.blocks()) {
      query.set(at, to - at, MapIntent.LOOK_UP, false, 0);
      seen().map.map(query, mapping.clear());
      if (mapping.kind() == MappingKind.UNWRITTEN) {
        return true;
      }
    }
    return false;
  }

  private InodeFields times(Transaction change) throws IOException {
    Instant now = Instant.now();
    touched = false;
    return volume.inodes().edit(change, number).modificationTime(now).changeTime(now);
  }

  private void changed(Transaction change) {
    long sequence = change.sequence();
    change.onPublish(() -> changedIn = sequence);
  }

  private void grow(Transaction change, InodeFields inode, long newEnd) throws IOException {
    if (newEnd > volume.inodes().read(number).size()) {
      setSize(change, inode, newEnd);
    }
  }

  private void setSize(Transaction change, InodeFields inode, long size) throws IOException {
    inode.size(size);
    if (size > Integer.MAX_VALUE && !geometry.superblock().has(Feature.LARGE_FILE)) {
      volume.superblock(change).add(Feature.LARGE_FILE);
    }
    changed(change);
  }

  /**
   * Drops data beyond the end of the file, which somebody else may have left: it would be seen when
   * the file grows over it. Before the file is used.
   */
  public void dropBeyondEnd() throws IOException {
    long size = inode().size();
    Mapping mapping = new Mapping();
    MapQuery query = new MapQuery();
    long end = tree.end();
    for (long at = size + (1L << shift) - 1 >> shift; at < end; at += mapping.blocks()) {
      query.set(at, end - at, MapIntent.LOOK_UP, false, 0);
      seen().map.map(query, mapping.clear());
      if (mapping.kind() == MappingKind.MAPPED) {
        truncate(size);
        return;
      }
    }
  }

  // --- what changes the map with the file frozen ---

  @Override
  public void truncate(long newSize) throws IOException {
    long keep = newSize + (1L << shift) - 1 >> shift;
    volume.blocks().close(window);
    release(keep, Long.MAX_VALUE);
    boolean shrinks = newSize < inode().size();
    long left;
    try (Transaction change = volume.begin(credits())) {
      setSize(change, times(change), newSize);
      long end = shrinks ? Math.max(keep, tree.end()) : keep;
      left = keep < end ? tree.removeSome(change, keep, end, runsAtOnce()) : keep;
      if (keep < left) {
        volume.orphans().add(change, number);
      }
      change.stop();
    }
    while (keep < left) {
      try (Transaction change = volume.begin(credits())) {
        left = tree.removeSome(change, keep, left, runsAtOnce());
        changed(change);
        if (left == keep && volume.inodes().read(number).links() > 0) {
          volume.orphans().remove(change, number); // without a name it stays there to be deleted
        }
        change.stop();
      }
    }
  }

  /**
   * Makes a hole of a range; the file keeps its size. The file must be frozen.
   *
   * @param from first file block
   * @param to the one behind the last
   */
  public void punch(long from, long to) throws IOException {
    release(from, to);
    long end = Math.min(to, tree.end());
    while (from < end) {
      try (Transaction change = volume.begin(credits())) {
        times(change);
        end = tree.removeSome(change, from, end, runsAtOnce());
        changed(change);
        change.stop();
      }
    }
  }

  /**
   * Sets blocks aside for the holes of a range; they read as zeros. The file must be frozen.
   *
   * @param from first file block
   * @param to the one behind the last
   * @param newSize what the file's size becomes where it is smaller
   * @throws IOException ENOSPC, after which some of them are set aside; EOPNOTSUPP where the file
   *     has no extents
   */
  public void preallocate(long from, long to, long newSize) throws IOException {
    Mapping mapping = new Mapping();
    MapQuery query = new MapQuery();
    for (long at = from; at < to; at += mapping.blocks()) {
      query.set(at, to - at, MapIntent.LOOK_UP, false, 0);
      seen().map.map(query, mapping.clear());
      if (mapping.kind() == MappingKind.HOLE) {
        mapping.hole(setAside(at, mapping.blocks()));
      }
    }
    if (newSize > inode().size()) {
      try (Transaction change = volume.begin(BlockTree.CREDITS)) {
        setSize(change, times(change), newSize);
        change.stop();
      }
    }
  }

  private long setAside(long first, long count) throws IOException {
    release(first, first + count);
    long most = Math.min(count, Extent.MOST_UNWRITTEN);
    BlockRun run;
    try {
      run = claimFor(first, most);
    } catch (BlockIoException full) {
      if (!commitFreesBlocks(full)) {
        throw full;
      }
      run = claimFor(first, most);
    }
    BlockRun claimed = run;
    try (Transaction change = volume.begin(BlockTree.CREDITS)) {
      change.onAbort(() -> volume.blocks().release(claimed.first(), claimed.count()));
      tree.insert(change, first, claimed, true);
      times(change);
      changed(change);
      change.stop();
    }
    return claimed.count();
  }

  private synchronized BlockRun claimFor(long first, long count) throws IOException {
    return claim(first, count);
  }

  private int credits() {
    return Math.min(volume.transactions().mostCredits(), BlockTree.CREDITS + 2 * runsAtOnce());
  }

  /** Each run may be in a group of its own, with a bitmap and a descriptor. */
  private int runsAtOnce() {
    return Math.clamp((volume.transactions().mostCredits() - BlockTree.CREDITS) / 2, 1, 512);
  }

  /** What failed writes had claimed is free again. */
  private synchronized void release(long from, long to) {
    for (PendingBlocks.Part each : pending.in(from, to)) {
      volume.blocks().release(each.run().first(), each.run().count());
      pending.remove(each);
    }
  }

  // --- durability and end ---

  @Override
  public void sync(BlockFile file, SyncScope scope) throws IOException {
    tellTimes();
    if (scope == SyncScope.ALL || volume.transactions().committed() < changedIn) {
      volume.commit();
    } else {
      store.device().flush();
    }
  }

  private void tellTimes() throws IOException {
    if (touched) {
      try (Transaction change = volume.begin(4)) {
        times(change);
        change.stop();
      }
    }
  }

  /** Nobody has the file open any more. */
  public void close() throws IOException {
    volume.blocks().close(window);
    release(0, Long.MAX_VALUE);
    tellTimes();
  }

  @Override
  public String name() {
    return (extents ? "extent tree" : "indirect blocks") + " of inode " + number;
  }
}
