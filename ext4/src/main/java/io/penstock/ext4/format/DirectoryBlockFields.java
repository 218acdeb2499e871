package io.penstock.ext4.format;

/**
 * Entries in a row, to be changed; what is where is told at {@link DirectoryBlock}. Entries are
 * checked as they are passed. The checksum is not set here but when the transaction seals the block
 * ({@link Seals}).
 *
 * <p>Not thread-safe: belongs to the transaction that edits the block.
 */
public final class DirectoryBlockFields {
  private static final int DOT_LENGTH = 12;

  private final BlockBytes bytes;
  private final DirectoryBlock view;
  private final Geometry geometry;
  private final int end;
  private final boolean hasTypes;

  /** The entries of a block. */
  public DirectoryBlockFields(BlockBytes bytes, Geometry geometry, Place place) {
    this.bytes = bytes;
    this.geometry = geometry;
    view = new DirectoryBlock(bytes.view(), geometry, place);
    end = room(geometry);
    hasTypes = geometry.superblock().has(Feature.FILETYPE);
  }

  /** Bytes that an entry with a name of this length takes at least. */
  public static int sizeOf(int nameLength) {
    return DirectoryEntry.HEADER + nameLength + 3 & ~3;
  }

  /** Bytes for entries in a block. */
  public static int room(Geometry geometry) {
    boolean checked = geometry.superblock().has(Feature.METADATA_CSUM);
    return geometry.blockSize() - (checked ? DirectoryBlock.TAIL : 0);
  }

  /** Makes it a block without entries. */
  public DirectoryBlockFields begin() {
    bytes.clear(0, bytes.length());
    putLength(0, end);
    if (end < bytes.length()) {
      DirectoryBlock.beginTail(bytes);
    }
    return this;
  }

  /** Makes it the first block of a directory. */
  public DirectoryBlockFields begin(long self, long parent) {
    begin();
    put(0, DOT_LENGTH, new DirectoryEntry(Name.of("."), self, FileKind.DIRECTORY));
    put(
        DOT_LENGTH,
        end - DOT_LENGTH,
        new DirectoryEntry(Name.of(".."), parent, FileKind.DIRECTORY));
    return this;
  }

  private void putLength(int at, int length) {
    DirectoryBlock.putRecordLength(bytes, at, length, geometry.blockSize());
  }

  private void put(int at, int length, DirectoryEntry entry) {
    bytes.put32(at, entry.inode());
    putLength(at, length);
    int nameLength = entry.name().length();
    if (hasTypes) {
      bytes.put8(at + 6, nameLength).put8(at + 7, entry.kind().entryType());
    } else {
      bytes.put16(at + 6, nameLength);
    }
    bytes.put(at + DirectoryEntry.HEADER, entry.name().bytes());
  }

  /** Puts an entry where there is room for it; false when there is none. */
  public boolean insert(DirectoryEntry entry) throws DamagedVolumeException {
    int at = view.roomFor(entry.name().length());
    if (at < 0) {
      return false;
    }
    int length = view.recordLength(at);
    int taken = view.taken(at);
    if (taken > 0) {
      putLength(at, taken);
    }
    put(at + taken, length - taken, entry);
    return true;
  }

  /** Takes an entry out, whose room goes to the one before it; false when it is not here. */
  public boolean remove(Name name) throws DamagedVolumeException {
    int before = -1;
    for (int at = 0; at < end; ) {
      int length = view.lengthOfEntry(at, end);
      if (view.isNamed(at, name)) {
        bytes.put32(at, 0);
        if (before >= 0) {
          putLength(before, at + length - before);
        }
        return true;
      }
      before = at;
      at += length;
    }
    return false;
  }

  /** The directory that this one is in, in its first block. */
  public void parent(long inode) throws DamagedVolumeException {
    if (!replace(Name.of(".."), inode, FileKind.DIRECTORY)) {
      throw view.place().damaged("its first block has no entry for its parent");
    }
  }

  /** Has a name lead to another inode; false when it is not here. */
  public boolean replace(Name name, long inode, FileKind kind) throws DamagedVolumeException {
    for (int at = 0; at < end; at += view.lengthOfEntry(at, end)) {
      if (view.isNamed(at, name)) {
        bytes.put32(at, inode);
        if (hasTypes) {
          bytes.put8(at + 7, kind.entryType());
        }
        return true;
      }
    }
    return false;
  }
}
