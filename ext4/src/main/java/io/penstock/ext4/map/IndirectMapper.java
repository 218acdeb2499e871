package io.penstock.ext4.map;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.Place;
import io.penstock.ext4.store.MetadataBlock;
import io.penstock.ext4.store.MetadataStore;
import java.io.IOException;

/**
 * The block map of a file of ext2 and ext3: block numbers of four bytes each, in the inode for the
 * first twelve file blocks, then in blocks of such numbers, up to three levels deep; 0 is a hole.
 * Source: "Direct/Indirect Block Addressing" of the format's documentation.
 *
 * <p>Example, 1 KiB blocks, so 256 numbers per block: file block 11 is the last in the inode, 12 to
 * 267 are behind one indirect block, 268 to 65803 behind two, the others behind three.
 *
 * <p>An answer that ends with the last number of its block carries the <em>boundary</em> mark: the
 * next question reads another block of numbers (BIO-4). Thread-safe.
 */
public final class IndirectMapper implements BlockMapper {
  private static final int DIRECT = 12;
  private static final int LEVELS = 3;

  private final MetadataStore store;
  private final BlockDevice device;
  private final Geometry geometry;
  private final DiskBytes area;
  private final Place place;
  private final int shift;

  /** The map of an inode. */
  public IndirectMapper(Inode inode, MetadataStore store) {
    this.store = store;
    device = store.device();
    geometry = store.geometry();
    area = inode.blockArea();
    place = inode.place().structure("indirect block");
    shift = geometry.blockShift() - 2;
  }

  @Override
  public void map(MapQuery query, Mapping mapping) throws IOException {
    long block = query.firstBlock();
    if (block < DIRECT) {
      answer(area, (int) block, DIRECT, place.structure("block map"), query, mapping);
      return;
    }
    long behind = block - DIRECT;
    for (int level = 1; level <= LEVELS; level++) {
      long reach = 1L << (shift * level);
      if (behind < reach) {
        descend(level, behind, query, mapping);
        return;
      }
      behind -= reach;
    }
    mapping.hole(query.blocks()); // no number can be there
  }

  /** Goes down from the inode's pointer of a level to the numbers of file blocks. */
  private void descend(int level, long index, MapQuery query, Mapping mapping) throws IOException {
    DiskBytes numbers = area.slice(4 * (DIRECT + level - 1), 4);
    int slot = 0;
    Place above = place.structure("block map");
    for (int below = level; ; below--) {
      long pointer = numbers.u32(4 * slot);
      if (pointer == 0) {
        long reach = 1L << (shift * below);
        long hole = reach - (index & (reach - 1));
        while (++slot < numbers.length() / 4
            && numbers.u32(4 * slot) == 0
            && hole < query.blocks()) {
          hole += reach;
        }
        mapping.hole(Math.min(query.blocks(), hole));
        return;
      }
      require(pointer, above);
      MetadataBlock block = query.isNoWait() ? store.peek(pointer) : store.read(pointer);
      if (block == null) {
        mapping.wouldBlock();
        return;
      }
      above = place.block(pointer);
      numbers = block.bytes();
      slot = (int) (index >>> (shift * (below - 1))) & ((1 << shift) - 1);
      if (below == 1) {
        answer(numbers, slot, 1 << shift, above, query, mapping);
        return;
      }
    }
  }

  private void answer(
      DiskBytes numbers, int slot, int end, Place from, MapQuery query, Mapping mapping)
      throws IOException {
    int most = (int) Math.min(end - slot, query.blocks());
    long first = numbers.u32(4 * slot);
    int run = 1;
    if (first == 0) {
      while (run < most && numbers.u32(4 * (slot + run)) == 0) {
        run++;
      }
      mapping.hole(run);
      return;
    }
    while (run < most && numbers.u32(4 * (slot + run)) == first + run) {
      run++;
    }
    require(first, from);
    require(first + run - 1, from);
    mapping.mapped(device, first << geometry.blockShift(), run);
    if (slot + run == end) {
      mapping.boundary();
    }
  }

  private void require(long block, Place from) throws IOException {
    if (!geometry.holds(block, 1)) {
      throw from.damaged("it points to block " + block + ", which is outside the volume");
    }
  }

  @Override
  public String name() {
    return "indirect blocks of inode " + place.inode();
  }
}
