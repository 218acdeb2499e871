package io.penstock.ext4.map;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.ext4.format.ExtentNode;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.MetadataBlock;
import io.penstock.ext4.store.MetadataStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The block map of a file with an extent tree. Goes down from the root in the inode, one node per
 * level, and answers what the extent there says, together with those behind it that go on where it
 * ends; or how far the hole goes.
 *
 * <p>Thread-safe. Nodes are kept in the volume's cache, checked once; those used last are found
 * without it, as long as nothing on the volume changes.
 */
public final class ExtentMapper implements BlockMapper {
  private static final int RECENT = 16;

  private final InodeTable table;
  private final MetadataStore store;
  private final BlockDevice device;
  private final Geometry geometry;
  private final Place place;
  private final int inodeSeed;
  private final ExtentNode root;

  /** Nodes used last, by the lowest bits of their numbers. */
  private final @Nullable Recent[] recent = new Recent[RECENT];

  /** A node of some {@link MetadataStore#version}. Threads hand it to each other as it is. */
  private record Recent(long number, long version, ExtentNode node) {}

  /** Whose nodes they are that are kept with their blocks. */
  private final Object owner;

  /**
   * The map of an inode.
   *
   * @throws IOException when the root of the tree is damaged
   */
  public ExtentMapper(Inode inode, InodeTable table) throws IOException {
    this(inode, table, new Object());
  }

  /** One of several maps of the same inode, which keep their nodes together. */
  public ExtentMapper(Inode inode, InodeTable table, Object owner) throws IOException {
    this.owner = owner;
    this.table = table;
    store = table.store();
    device = store.device();
    geometry = store.geometry();
    place = inode.place().structure("extent block");
    inodeSeed = table.checksums().seedOf(inode.number(), inode.generation());
    root = ExtentNode.root(inode, geometry);
  }

  @Override
  public void map(MapQuery query, Mapping mapping) throws IOException {
    long block = query.firstBlock();
    long end = 1L << 32;
    ExtentNode node = root;
    while (node.depth() > 0) {
      int entry = node.find(block);
      if (entry < 0) {
        hole(query, mapping, node.fileBlock(0));
        return;
      }
      if (entry + 1 < node.count()) {
        end = node.fileBlock(entry + 1);
      }
      ExtentNode child = child(node, entry, end, query.isNoWait());
      if (child == null) {
        mapping.wouldBlock();
        return;
      }
      node = child;
    }
    answer(node, query, mapping, end);
  }

  private @Nullable ExtentNode child(ExtentNode node, int entry, long end, boolean noWait)
      throws IOException {
    long number = node.target(entry);
    int slot = (int) number & RECENT - 1;
    long version = store.version();
    Recent last = recent[slot];
    if (last != null && last.number == number && last.version == version) {
      return last.node;
    }
    MetadataBlock block = noWait ? store.peek(number) : store.read(number);
    if (block == null) {
      return null;
    }
    ExtentNode child = parsed(node, entry, end, block);
    if (version != MetadataStore.UNKNOWN) {
      recent[slot] = new Recent(number, version, child);
    }
    return child;
  }

  private ExtentNode parsed(ExtentNode node, int entry, long end, MetadataBlock block)
      throws IOException {
    ExtentNode known = block.parsed(owner, ExtentNode.class);
    if (known != null) {
      return known;
    }
    ExtentNode made =
        ExtentNode.block(
            block.bytes(),
            node.depth() - 1,
            node.fileBlock(entry),
            end,
            geometry,
            table.checksums(),
            inodeSeed,
            place.block(block.number()));
    block.remember(owner, made);
    return made;
  }

  private void answer(ExtentNode leaf, MapQuery query, Mapping mapping, long end) {
    long block = query.firstBlock();
    int entry = leaf.find(block);
    if (entry < 0 || block >= leaf.fileBlock(entry) + leaf.length(entry)) {
      hole(query, mapping, entry + 1 < leaf.count() ? leaf.fileBlock(entry + 1) : end);
      return;
    }
    long skipped = block - leaf.fileBlock(entry);
    long first = leaf.target(entry) + skipped;
    long length = leaf.length(entry) - skipped;
    boolean unwritten = leaf.isUnwritten(entry);
    for (int next = entry + 1;
        next < leaf.count()
            && length < query.blocks()
            && leaf.fileBlock(next) == block + length
            && leaf.target(next) == first + length
            && leaf.isUnwritten(next) == unwritten;
        next++) {
      length += leaf.length(next);
    }
    long offset = first << geometry.blockShift();
    long blocks = Math.min(length, query.blocks());
    if (unwritten) {
      mapping.unwritten(device, offset, blocks);
    } else {
      mapping.mapped(device, offset, blocks);
    }
  }

  /** A hole as far as the next block that is known to be something else. */
  private static void hole(MapQuery query, Mapping mapping, long next) {
    long blocks = next > query.firstBlock() ? next - query.firstBlock() : query.blocks();
    mapping.hole(Math.min(blocks, query.blocks()));
  }

  @Override
  public String name() {
    return "extent tree of inode " + place.inode();
  }
}
