package io.penstock.ext4.check;

import io.penstock.core.error.BlockIoException;
import io.penstock.ext4.format.DamagedVolumeException;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.map.BlockMaps;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.xattr.Attributes;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Checks one inode after the other: block map, size, attributes. Not thread-safe. */
final class InodeCheck {
  private final InodeTable table;
  private final Geometry geometry;
  private final Claims claims;
  private final CheckReport report;
  private final Set<Long> attributeBlocks = new HashSet<>();

  InodeCheck(InodeTable table, Claims claims, CheckReport report) {
    this.table = table;
    this.claims = claims;
    this.report = report;
    geometry = table.store().geometry();
  }

  /** Checks what an inode in use has, but not what is in it. */
  void check(Inode inode) throws IOException {
    try {
      long clusters = 0;
      if (hasBlocks(inode)) {
        clusters = blocks(inode);
      } else if (inode.has(InodeFlag.INLINE_DATA)) {
        BlockMaps.inlineData(inode, table);
      }
      clusters += attributes(inode);
      if (hasBlocks(inode) && inode.number() >= geometry.superblock().firstInode()) {
        sectors(inode, clusters);
      }
    } catch (DamagedVolumeException damage) {
      report.add(damage);
    } catch (BlockIoException refused) {
      report.add(inode.place().toString(), String.valueOf(refused.getMessage()));
    }
  }

  private boolean hasBlocks(Inode inode) {
    if (inode.has(InodeFlag.INLINE_DATA)) {
      return false;
    }
    return switch (inode.kind()) {
      case REGULAR, DIRECTORY -> true;
      case SYMBOLIC_LINK -> inode.has(InodeFlag.EXTENTS) || inode.size() >= Inode.BLOCK_AREA;
      case UNKNOWN -> inode.number() < geometry.superblock().firstInode();
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> false;
    };
  }

  private void sectors(Inode inode, long clusters) {
    long sectors = clusters << (geometry.clusterBlocksShift() + geometry.blockShift() - 9);
    if (inode.sectors() != sectors) {
      report.add(
          inode.place().toString(),
          "it counts " + inode.sectors() + " sectors, its blocks have " + sectors);
    }
  }

  /** Returns how many clusters its data and its map have. */
  private long blocks(Inode inode) throws IOException {
    Tally tally = new Tally(inode);
    new MapWalk(inode, table, tally).run();
    long end = (inode.size() + geometry.blockSize() - 1) >>> geometry.blockShift();
    if (inode.kind() == FileKind.DIRECTORY && tally.end != end) {
      report.add(
          inode.place().toString(),
          "a directory of " + end + " blocks has blocks up to " + tally.end);
    }
    return tally.clusters;
  }

  /** Claims the blocks of an inode. */
  private final class Tally implements MapWalk.Visitor {
    private final Inode inode;
    private long clusters;
    private long end;
    private long lastCluster = -1;

    Tally(Inode inode) {
      this.inode = inode;
    }

    @Override
    public boolean node(long block) {
      clusters++;
      return claim(block);
    }

    private boolean claim(long block) {
      boolean free = claims.claim(block);
      if (!free) {
        report.add(inode.place().toString(), "its block " + block + " is in use twice");
      }
      return free;
    }

    @Override
    public void run(long fileBlock, long block, long count) {
      int shift = geometry.clusterBlocksShift();
      for (long i = 0; i < count; i++) {
        long cluster = (block + i) >> shift;
        if (cluster != lastCluster) {
          lastCluster = cluster;
          clusters++;
          if (!claim(block + i)) {
            break; // one message per run
          }
        }
      }
      end = Math.max(end, fileBlock + count);
    }
  }

  /** Returns how many clusters the inode is charged for them. */
  private long attributes(Inode inode) throws IOException {
    Attributes attributes = new Attributes(inode, table);
    long block = inode.attributeBlock();
    if (block != 0 && attributeBlocks.add(block) && !claims.claim(block)) {
      report.add(inode.place().toString(), "its attribute block " + block + " is in use twice");
    }
    for (String each : attributes.names()) {
      attributes.value(each);
    }
    return attributes.largeValueClusters() + (block != 0 ? 1 : 0);
  }
}
