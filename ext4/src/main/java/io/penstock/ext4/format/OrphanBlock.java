package io.penstock.ext4.format;

import java.util.ArrayList;
import java.util.List;

/**
 * A block of the orphan file. Source: "Orphan file" of the format's documentation; little-endian:
 * numbers of inodes of four bytes each, 0 for none; in the last eight bytes 4 ob_magic 0x0B10CA04
 * and 4 ob_checksum.
 *
 * <p>The checksum begins with the seed of the file's inode, goes on with the number of the block in
 * eight bytes, and then covers the numbers of inodes.
 *
 * @param inodes those in the block
 */
public record OrphanBlock(List<Long> inodes) {
  private static final long MAGIC = 0x0B10CA04L;
  private static final int TAIL = 8;

  /** Copies the list. */
  public OrphanBlock {
    inodes = List.copyOf(inodes);
  }

  /** A block of the orphan file. */
  public static OrphanBlock parse(
      DiskBytes bytes, Geometry geometry, Checksums checksums, int inodeSeed, Place place)
      throws DamagedVolumeException {
    int end = bytes.length() - TAIL;
    if (bytes.u32(end) != MAGIC) {
      throw place.damaged("its magic number is 0x%x, not 0x%x".formatted(bytes.u32(end), MAGIC));
    }
    int seed = Crc32c.updateLong(inodeSeed, place.block());
    checksums.check(seed, bytes, end, bytes.u32(end + 4), place);
    List<Long> inodes = new ArrayList<>();
    for (int at = 0; at < end; at += 4) {
      long inode = bytes.u32(at);
      if (inode == 0) {
        continue;
      }
      if (!geometry.isInode(inode)) {
        throw place.damaged("it names inode " + inode);
      }
      inodes.add(inode);
    }
    return new OrphanBlock(inodes);
  }
}
