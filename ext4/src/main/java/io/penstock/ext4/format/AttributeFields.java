package io.penstock.ext4.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Lists of extended attributes as they are put behind an inode or into a block; what is where is
 * told at {@link AttributeList}. Entries follow each other from the front, their values from the
 * back. Entries in a block are in order: by index, length and bytes of their names. Behind an inode
 * they have no hash unless their value is elsewhere. Source: "Extended Attributes" of the format's
 * documentation.
 *
 * <p>An entry's hash is 32 bits, turned left by 5 before each byte of the name and by 16 before
 * each four bytes of the value, padded with zeros, that are added without carry; a block's is made
 * of its entries' as that of a value is of its words, and 0 when an entry has none.
 */
public final class AttributeFields {
  private static final int NAME_TURN = 5;
  private static final int VALUE_TURN = 16;
  private static final int END = 4;

  private AttributeFields() {}

  private static int padded(long size) {
    return (int) (size + 3) & ~3;
  }

  private static int sizeOf(AttributeEntry entry) {
    return AttributeList.ENTRY + padded(entry.name().length());
  }

  /** Whether the entries fit into so many bytes, the end of the list included. */
  private static boolean fit(List<AttributeEntry> entries, int room) {
    long size = END;
    for (AttributeEntry each : entries) {
      size += sizeOf(each) + padded(each.value().length());
    }
    return size <= room;
  }

  /**
   * Puts entries behind an inode.
   *
   * @param area what is behind it
   * @return false when there is no room; nothing was changed
   */
  public static boolean putInInode(BlockBytes area, List<AttributeEntry> entries) {
    if (entries.isEmpty()) {
      area.clear(0, area.length());
      return true;
    }
    if (area.length() < 8 || !fit(entries, area.length() - 4)) {
      return false;
    }
    List<AttributeEntry> copies = copied(entries);
    area.clear(0, area.length()).put32(0, AttributeList.MAGIC);
    BlockBytes list = area.slice(4, area.length() - 4);
    int at = 0;
    int end = list.length() & ~3;
    for (AttributeEntry each : copies) {
      end = put(list, at, end, each, each.valueInode() == 0 ? 0 : each.hash());
      at += sizeOf(each);
    }
    return true;
  }

  /**
   * Makes a block one of these entries, which nobody shares.
   *
   * @return false when there is no room; nothing was changed
   */
  public static boolean putInBlock(BlockBytes block, List<AttributeEntry> entries) {
    if (!fit(entries, block.length() - AttributeList.BLOCK_HEADER)) {
      return false;
    }
    List<AttributeEntry> sorted = copied(entries);
    sorted.sort(
        Comparator.comparingInt(AttributeEntry::nameIndex)
            .thenComparingInt(each -> each.name().length())
            .thenComparing(AttributeEntry::name));
    block.clear(0, block.length());
    int at = AttributeList.BLOCK_HEADER;
    int end = block.length();
    int all = 0;
    boolean whole = true;
    for (AttributeEntry each : sorted) {
      long hash = each.valueInode() == 0 ? hash(each) : each.hash();
      end = put(block, at, end, each, hash);
      at += sizeOf(each);
      all = Integer.rotateLeft(all, VALUE_TURN) ^ (int) hash;
      whole &= hash != 0;
    }
    block.put32(0, AttributeList.MAGIC).put32(4, 1).put32(8, 1).put32(12, whole ? all : 0);
    return true;
  }

  /** The same entries, with values that do not lie in what is about to be overwritten. */
  private static List<AttributeEntry> copied(List<AttributeEntry> entries) {
    List<AttributeEntry> copies = new ArrayList<>(entries.size());
    for (AttributeEntry each : entries) {
      copies.add(each.with(DiskBytes.of(each.value().copy())));
    }
    return copies;
  }

  /** Puts one in; where its value begins. */
  private static int put(BlockBytes list, int at, int end, AttributeEntry entry, long hash) {
    int start = end - padded(entry.value().length());
    list.put8(at, entry.name().length()).put8(at + 1, entry.nameIndex());
    list.put16(at + 2, entry.value().length() == 0 ? 0 : start);
    list.put32(at + 4, entry.valueInode()).put32(at + 8, entry.valueSize()).put32(at + 12, hash);
    list.put(at + AttributeList.ENTRY, entry.name().bytes()).put(start, entry.value());
    return start;
  }

  private static long hash(AttributeEntry entry) {
    int hash = 0;
    for (byte each : entry.name().bytes()) {
      hash = Integer.rotateLeft(hash, NAME_TURN) ^ (each & 0xFF);
    }
    DiskBytes value =
        DiskBytes.of(java.util.Arrays.copyOf(entry.value().copy(), padded(entry.value().length())));
    for (int at = 0; at < value.length(); at += 4) {
      hash = Integer.rotateLeft(hash, VALUE_TURN) ^ value.s32(at);
    }
    return hash & 0xFFFF_FFFFL;
  }

  /** Inodes that share a block. */
  public static long users(DiskBytes block) {
    return block.u32(4);
  }

  /** Sets how many inodes share a block. */
  public static void users(BlockBytes block, long count) {
    block.put32(4, count);
  }
}
