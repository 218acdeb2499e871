package io.penstock.ext4.format;

import java.util.ArrayList;
import java.util.List;

/**
 * A list of extended attributes: in the room behind an inode, or in a block. Source: "Extended
 * Attributes" of the format's documentation; little-endian:
 *
 * <pre>
 *   behind an inode          in a block
 *   0x0  4  h_magic            0x00  4  h_magic, 0xEA020000
 *   0x4     entries            0x04  4  h_refcount
 *                              0x08  4  h_blocks, 1
 *                              0x0C  4  h_hash
 *                              0x10  4  h_checksum
 *                              0x20     entries
 * </pre>
 *
 * <p>Four zero bytes end the entries. Values are at offsets from the first entry behind an inode,
 * from the start of a block. Immutable.
 */
public final class AttributeList {
  /** Most bytes of a value, as in xattr(7). */
  public static final int MAX_VALUE = 65536;

  /** The list of an inode without any. */
  public static final AttributeList EMPTY = new AttributeList(List.of());

  static final long MAGIC = 0xEA020000L;
  static final int ENTRY = 16;
  static final int BLOCK_HEADER = 32;
  private static final int CHECKSUM = 0x10;

  private final List<AttributeEntry> entries;

  private AttributeList(List<AttributeEntry> entries) {
    this.entries = List.copyOf(entries);
  }

  /** The list behind an inode; empty where there is none. */
  public static AttributeList ofInode(Inode inode, Geometry geometry)
      throws DamagedVolumeException {
    DiskBytes area = inode.attributeArea();
    if (area.length() < 8 || area.u32(0) != MAGIC) {
      return EMPTY;
    }
    DiskBytes entries = area.slice(4, area.length() - 4);
    return new AttributeList(
        parse(entries, 0, entries, geometry, inode.place().structure("attributes")));
  }

  /** The list in a block. */
  public static AttributeList ofBlock(
      DiskBytes block, Geometry geometry, Checksums checksums, Place place)
      throws DamagedVolumeException {
    if (block.u32(0) != MAGIC) {
      throw place.damaged("its magic number is 0x%x, not 0x%x".formatted(block.u32(0), MAGIC));
    }
    if (block.u32(0x8) != 1) {
      throw place.damaged("it claims to have " + block.u32(0x8) + " blocks, not 1");
    }
    if (checksums.areKept()) {
      int crc = Crc32c.updateLong(checksums.seed(), place.block());
      crc = block.crc32c(crc, 0, CHECKSUM);
      crc = Crc32c.update(crc, new byte[4]);
      crc = block.crc32c(crc, CHECKSUM + 4, block.length() - CHECKSUM - 4);
      Checksums.compare(block.u32(CHECKSUM), crc, place);
    }
    return new AttributeList(parse(block, BLOCK_HEADER, block, geometry, place));
  }

  private static List<AttributeEntry> parse(
      DiskBytes bytes, int from, DiskBytes values, Geometry geometry, Place place)
      throws DamagedVolumeException {
    List<AttributeEntry> entries = new ArrayList<>();
    int at = from;
    while (at + 4 <= bytes.length() && bytes.u32(at) != 0) {
      int nameLength = bytes.u8(at);
      if (at + ENTRY + nameLength > bytes.length()) {
        throw place.damaged("entry at " + at + " goes beyond the end");
      }
      long inode = bytes.u32(at + 4);
      long size = bytes.u32(at + 8);
      if (inode != 0 && !geometry.isInode(inode)) {
        throw place.damaged("entry at " + at + " has its value in inode " + inode);
      }
      if (size > MAX_VALUE) {
        throw place.damaged("entry at " + at + " has a value of " + size + " bytes");
      }
      DiskBytes value = values.slice(0, 0);
      if (inode == 0 && size > 0) {
        int offset = bytes.u16(at + 2);
        if (offset > values.length() - size) {
          throw place.damaged(
              "entry at " + at + " has a value at " + offset + "+" + size + ", beyond the end");
        }
        value = values.slice(offset, (int) size);
      }
      entries.add(
          new AttributeEntry(
              bytes.u8(at + 1),
              Name.of(bytes.copy(at + ENTRY, nameLength)),
              inode,
              size,
              bytes.u32(at + 12),
              value));
      at += (ENTRY + nameLength + 3) & ~3;
    }
    return entries;
  }

  /** The entries, in the order of the disk. */
  public List<AttributeEntry> entries() {
    return entries;
  }

  /**
   * The value of {@code system.data}, the second part of inline data; empty where there is none.
   */
  public DiskBytes inlineData() {
    for (AttributeEntry each : entries) {
      if (each.nameIndex() == AttributeEntry.SYSTEM && each.name().is("data")) {
        return each.value();
      }
    }
    return DiskBytes.of(new byte[0]);
  }
}
