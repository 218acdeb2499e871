package io.penstock.ext4.edit;

import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.ExtentNode;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFields;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.space.BlockRun;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes an extent tree, one leaf at a time: goes down to it, changes its entries, and on the way
 * back up those of the nodes above, as far as they have to be.
 *
 * <p>A node is changed where it is as long as its entries fit and the first of them stays what the
 * node above says. Otherwise it is replaced by new ones, and the old is freed. Without a journal it
 * always is, unless it is new itself: the writing of the inode then makes the change as a whole,
 * and before it nothing of the old tree is touched. The root, in the inode, has room for four
 * entries; when there are more they move into nodes below it, and when the only node below has no
 * more than four, they move back.
 */
final class ExtentTree implements BlockTree {
  private static final long FILE_BLOCKS = 1L << 32;

  private final VolumeWriter volume;
  private final long number;
  private final Geometry geometry;

  /** Nodes that were added less those that were freed. */
  private long nodes;

  private int seed;

  /** Where the leaf of the last change began, in file blocks; 0 for the first. */
  private long leafStart;

  /** The tree of an inode. */
  ExtentTree(VolumeWriter volume, long number) {
    this.volume = volume;
    this.number = number;
    geometry = volume.geometry();
  }

  /** Changes the entries of a leaf. */
  private interface LeafChange {
    List<Extent> apply(List<Extent> entries);
  }

  // --- what can be done ---

  @Override
  public void insert(Transaction change, long fileBlock, BlockRun run, boolean unwritten)
      throws IOException {
    Extent added = new Extent(fileBlock, run.count(), run.first(), unwritten);
    update(change, fileBlock, entries -> ExtentList.with(entries, added));
    volume.blocks().take(change, run.first(), run.count());
    volume.inodes().edit(change, number).addBlocks(run.count());
  }

  @Override
  public long convertSome(Transaction change, long from, long end) throws IOException {
    update(change, end - 1, entries -> ExtentList.written(entries, from, end));
    return Math.max(from, leafStart);
  }

  @Override
  public long removeSome(Transaction change, long from, long end, int mostRuns) throws IOException {
    List<Extent> removed = new ArrayList<>();
    update(change, end - 1, entries -> ExtentList.without(entries, from, end, mostRuns, removed));
    long count = 0;
    for (Extent each : removed) {
      volume.blocks().free(change, each.target(), each.count());
      count += each.count();
    }
    if (count > 0) {
      volume.inodes().edit(change, number).addBlocks(-count);
    }
    long left = removed.size() == mostRuns ? removed.getLast().first() : leafStart;
    return Math.max(from, left);
  }

  @Override
  public long end() throws IOException {
    Inode inode = volume.inodes().read(number);
    seed = volume.seals().seedOf(number, inode.generation());
    ExtentNode node = ExtentNode.root(inode, geometry);
    long end = FILE_BLOCKS;
    while (node.depth() > 0) {
      int last = node.count() - 1;
      node = child(node, last, end);
    }
    int last = node.count() - 1;
    return last < 0 ? 0 : node.fileBlock(last) + node.length(last);
  }

  // --- going down and back up ---

  private void update(Transaction change, long fileBlock, LeafChange leaf) throws IOException {
    Inode inode = volume.inodes().read(number);
    seed = volume.seals().seedOf(number, inode.generation());
    nodes = 0;
    leafStart = 0;
    ExtentNode root = ExtentNode.root(inode, geometry);
    List<Extent> before = entries(root);
    List<Extent> after = changed(change, root, before, fileBlock, FILE_BLOCKS, leaf);
    if (!after.equals(before)) {
      putRoot(change, root.depth(), after);
    }
    if (nodes != 0) {
      volume.inodes().edit(change, number).addBlocks(nodes);
    }
  }

  /** What the entries of a node become. */
  private List<Extent> changed(
      Transaction change,
      ExtentNode node,
      List<Extent> entries,
      long fileBlock,
      long end,
      LeafChange leaf)
      throws IOException {
    if (node.depth() == 0) {
      return leaf.apply(entries);
    }
    int entry = Math.max(0, node.find(fileBlock));
    long childEnd = entry + 1 < node.count() ? node.fileBlock(entry + 1) : end;
    if (entry > 0) {
      leafStart = node.fileBlock(entry);
    }
    ExtentNode child = child(node, entry, childEnd);
    List<Extent> below = entries(child);
    List<Extent> belowNow = changed(change, child, below, fileBlock, childEnd, leaf);
    if (belowNow.equals(below)) {
      return entries;
    }
    List<Extent> result = new ArrayList<>(entries);
    result.remove(entry);
    boolean appended = fileBlock >= below.getLast().first();
    result.addAll(entry, put(change, entries.get(entry), child.depth(), belowNow, appended));
    return result;
  }

  private ExtentNode child(ExtentNode node, int entry, long end) throws IOException {
    long block = node.target(entry);
    Place place = new Place(volume.table().store().device().name(), "extent block", number, block);
    return ExtentNode.block(
        volume.table().store().read(block).bytes(),
        node.depth() - 1,
        node.fileBlock(entry),
        end,
        geometry,
        volume.table().checksums(),
        seed,
        place);
  }

  private static List<Extent> entries(ExtentNode node) {
    List<Extent> entries = new ArrayList<>(node.count());
    for (int i = 0; i < node.count(); i++) {
      entries.add(
          node.depth() > 0
              ? Extent.node(node.fileBlock(i), node.target(i))
              : new Extent(node.fileBlock(i), node.length(i), node.target(i), node.isUnwritten(i)));
    }
    return entries;
  }

  // --- writing nodes ---

  private int room() {
    return ExtentNode.room(geometry.blockSize());
  }

  /**
   * Writes entries to a node below the root.
   *
   * @param old what the node above says of it
   * @param appended whether they have become more at their end
   * @return what the node above is to say
   */
  private List<Extent> put(
      Transaction change, Extent old, int depth, List<Extent> entries, boolean appended)
      throws IOException {
    if (!entries.isEmpty()
        && entries.size() <= room()
        && change.mayChange(old.target())
        && entries.getFirst().first() == old.first()) {
      encode(change, change.edit(old.target()), old.target(), depth, entries);
      return List.of(old);
    }
    List<Extent> result = create(change, depth, entries, appended);
    volume.blocks().freeMetadata(change, old.target());
    nodes--;
    return result;
  }

  /** Writes entries to new nodes: as few as will do, full ones when more are to come behind. */
  private List<Extent> create(Transaction change, int depth, List<Extent> entries, boolean appended)
      throws IOException {
    List<Extent> result = new ArrayList<>();
    int parts = (entries.size() + room() - 1) / room();
    int size = appended || parts == 0 ? room() : (entries.size() + parts - 1) / parts;
    for (int from = 0; from < entries.size(); from += size) {
      List<Extent> part = entries.subList(from, Math.min(entries.size(), from + size));
      long block = volume.blocks().allocateNode(change, geometry.groupOfInode(number));
      encode(change, change.create(block), block, depth, part);
      nodes++;
      result.add(Extent.node(part.getFirst().first(), block));
    }
    return result;
  }

  private void encode(
      Transaction change, BlockBytes bytes, long block, int depth, List<Extent> entries) {
    fill(bytes, depth, entries, volume.seals().areKept());
    int inodeSeed = seed;
    change.seal(block, "extents", () -> volume.seals().extents(inodeSeed, bytes));
  }

  private static void fill(BlockBytes bytes, int depth, List<Extent> entries, boolean checked) {
    ExtentNode.begin(bytes, depth, checked);
    for (int i = 0; i < entries.size(); i++) {
      Extent each = entries.get(i);
      if (depth > 0) {
        ExtentNode.putIndex(bytes, i, each.first(), each.target());
      } else {
        ExtentNode.putExtent(
            bytes, i, each.first(), (int) each.count(), each.target(), each.unwritten());
      }
    }
    ExtentNode.end(bytes, entries.size());
  }

  // --- the root ---

  private void putRoot(Transaction change, int depth, List<Extent> entries) throws IOException {
    List<Extent> now = entries;
    int level = now.isEmpty() ? 0 : depth;
    int most = ExtentNode.room(Inode.BLOCK_AREA);
    while (now.size() > most) {
      now = create(change, level, now, true);
      level++;
    }
    while (level > 0 && now.size() == 1) {
      ExtentNode only = onlyChild(now.getFirst(), level - 1);
      if (only.count() > most) {
        break;
      }
      volume.blocks().freeMetadata(change, now.getFirst().target());
      nodes--;
      now = entries(only);
      level--;
    }
    InodeFields inode = volume.inodes().edit(change, number);
    BlockBytes area = inode.blockArea();
    area.clear(0, area.length());
    fill(area, level, now, false);
  }

  private ExtentNode onlyChild(Extent entry, int depth) throws IOException {
    Place place =
        new Place(volume.table().store().device().name(), "extent block", number, entry.target());
    return ExtentNode.block(
        volume.table().store().read(entry.target()).bytes(),
        depth,
        entry.first(),
        FILE_BLOCKS,
        geometry,
        volume.table().checksums(),
        seed,
        place);
  }
}
