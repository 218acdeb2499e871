package io.penstock.ext4.format;

import org.jspecify.annotations.Nullable;

/**
 * Entries in a row that fill a block, or a part of an inode. Source: "Linear (Classic) Directories"
 * of the format's documentation. With metadata_csum the last 12 bytes of a block look like an empty
 * entry and hold its checksum:
 *
 * <pre>
 *   0x0  4  0     0x6  1  0        0x8  4  det_checksum
 *   0x4  2  12    0x7  1  0xDE
 * </pre>
 *
 * <p>Record lengths above 65532, in blocks of 64 KiB, do not fit their field: their two lowest
 * bits, always zero otherwise, are bits 16 and 17 there, and 65535 or 0 is the whole block.
 *
 * <p>Immutable; entries are checked as they are passed.
 */
public final class DirectoryBlock {
  /** Bytes of the tail with the checksum. */
  public static final int TAIL = 12;

  private static final int TAIL_TYPE = 0xDE;
  private static final int LARGE_BLOCK = 65536;

  private final DiskBytes bytes;
  private final Geometry geometry;
  private final Place place;
  private final boolean hasTypes;

  /** Entries in a block or in a part of an inode. */
  public DirectoryBlock(DiskBytes bytes, Geometry geometry, Place place) {
    this.bytes = bytes;
    this.geometry = geometry;
    this.place = place;
    hasTypes = geometry.superblock().has(Feature.FILETYPE);
  }

  /** Where it is, for messages. */
  public Place place() {
    return place;
  }

  /** Throws unless the block ends with its right checksum. */
  public void checkTail(Checksums checksums, int inodeSeed) throws DamagedVolumeException {
    if (!checksums.areKept()) {
      return;
    }
    int at = bytes.length() - TAIL;
    if (bytes.u32(at) != 0 || bytes.u16(at + 4) != TAIL || bytes.u8(at + 7) != TAIL_TYPE) {
      throw place.damaged("it has no room for its checksum");
    }
    checksums.check(inodeSeed, bytes, at, bytes.u32(at + 8), place);
  }

  /** Bytes from an entry to the next, checked. */
  int recordLength(int at) throws DamagedVolumeException {
    int left = bytes.length() - at;
    if (left < DirectoryEntry.HEADER) {
      throw place.damaged("entry at " + at + " has only " + left + " bytes left");
    }
    int length = recordLength(bytes, at, geometry.blockSize());
    if (length < DirectoryEntry.HEADER || (length & 3) != 0 || length > left) {
      throw place.damaged(
          "entry at " + at + " has a length of " + length + " with " + left + " left");
    }
    return length;
  }

  /** Bytes from an entry to the next, as they are stored. */
  public static int recordLength(DiskBytes bytes, int at, int blockSize) {
    int stored = bytes.u16(at + 4);
    if (blockSize < LARGE_BLOCK) {
      return stored;
    }
    return stored == 65535 || stored == 0 ? blockSize : (stored & 65532) | (stored & 3) << 16;
  }

  /** Stores the bytes from an entry to the next, a multiple of 4. */
  public static void putRecordLength(BlockBytes bytes, int at, int length, int blockSize) {
    int stored = length;
    if (blockSize == LARGE_BLOCK) {
      stored = length == blockSize ? 65535 : length & 65532 | length >>> 16 & 3;
    }
    bytes.put16(at + 4, stored);
  }

  /**
   * Where the next entry is that leads somewhere, from an offset on.
   *
   * @return its offset, or -1 when there is none
   */
  public int next(int from) throws DamagedVolumeException {
    int at = from;
    while (at < bytes.length()) {
      int length = recordLength(at);
      if (bytes.u32(at) != 0) {
        checkName(at, length);
        return at;
      }
      at += length;
    }
    return -1;
  }

  private void checkName(int at, int length) throws DamagedVolumeException {
    int nameLength = nameLength(at);
    if (nameLength == 0 || nameLength > length - DirectoryEntry.HEADER) {
      throw place.damaged(
          "entry at " + at + " has a name of " + nameLength + " bytes in a record of " + length);
    }
    if (!geometry.isInode(bytes.u32(at))) {
      throw place.damaged("entry at " + at + " leads to inode " + bytes.u32(at));
    }
    for (int i = 0; i < nameLength; i++) {
      int each = bytes.u8(at + DirectoryEntry.HEADER + i);
      if (each == 0 || each == '/') {
        throw place.damaged("entry at " + at + " has a name with a zero or a slash in it");
      }
    }
  }

  int nameLength(int at) {
    return hasTypes ? bytes.u8(at + 6) : bytes.u16(at + 6);
  }

  /** Bytes of an entry's record that are in use; 0 of one that leads nowhere. */
  int taken(int at) {
    return bytes.u32(at) == 0 ? 0 : DirectoryBlockFields.sizeOf(nameLength(at));
  }

  /**
   * Where an entry can be put: behind what is in use of the record there, or in its place.
   *
   * @param nameLength bytes of its name
   * @return an offset, or -1 when there is no room
   */
  public int roomFor(int nameLength) throws DamagedVolumeException {
    int wanted = DirectoryBlockFields.sizeOf(nameLength);
    int end = DirectoryBlockFields.room(geometry);
    for (int at = 0; at < end; ) {
      int length = lengthOfEntry(at, end);
      if (length - taken(at) >= wanted) {
        return at;
      }
      at += length;
    }
    return -1;
  }

  /** Bytes from an entry to the next, checked: it ends where the entries do at last. */
  int lengthOfEntry(int at, int end) throws DamagedVolumeException {
    int length = recordLength(at);
    if (length > end - at) {
      throw place.damaged("entry at " + at + " goes into the checksum");
    }
    return length;
  }

  /** Whether the entry at an offset leads somewhere and has this name. */
  boolean isNamed(int at, Name name) {
    return bytes.u32(at) != 0
        && nameLength(at) == name.length()
        && at + DirectoryEntry.HEADER + name.length() <= bytes.length()
        && bytes.matches(at + DirectoryEntry.HEADER, name.bytes());
  }

  /** Makes what a checksum at the end of a block is hidden in. */
  static void beginTail(BlockBytes block) {
    int at = block.length() - TAIL;
    block.put32(at, 0).put16(at + 4, TAIL).put8(at + 6, 0).put8(at + 7, TAIL_TYPE);
  }

  /** Where the entry behind this one is. */
  public int after(int at) {
    return at + recordLength(bytes, at, geometry.blockSize());
  }

  /** The entry at an offset that {@link #next} gave. */
  public DirectoryEntry entry(int at) {
    return new DirectoryEntry(
        Name.of(bytes.copy(at + DirectoryEntry.HEADER, nameLength(at))),
        bytes.u32(at),
        hasTypes ? FileKind.ofEntry(bytes.u8(at + 7)) : FileKind.UNKNOWN);
  }

  /** The entry with this name, or null. */
  public @Nullable DirectoryEntry find(Name name) throws DamagedVolumeException {
    for (int at = next(0); at >= 0; at = next(after(at))) {
      if (nameLength(at) == name.length()
          && bytes.matches(at + DirectoryEntry.HEADER, name.bytes())) {
        return entry(at);
      }
    }
    return null;
  }
}
