package io.penstock.ext4.format;

/**
 * Flags of an inode. Source: the table of i_flags in "Index Nodes" of the format's documentation;
 * the letters are those of {@code lsattr}.
 */
public enum InodeFlag {
  SECURE_DELETION(0x1, 's'),
  UNDELETE(0x2, 'u'),
  COMPRESSED(0x4, 'c'),
  SYNCHRONOUS(0x8, 'S'),
  IMMUTABLE(0x10, 'i'),
  APPEND_ONLY(0x20, 'a'),
  NO_DUMP(0x40, 'd'),
  NO_ATIME(0x80, 'A'),
  ENCRYPTED(0x800, 'E'),
  INDEXED(0x1000, 'I'),
  JOURNAL_DATA(0x4000, 'j'),
  NO_TAIL(0x8000, 't'),
  SYNCHRONOUS_DIRECTORY(0x10000, 'D'),
  TOP_DIRECTORY(0x20000, 'T'),
  HUGE_FILE(0x40000, 'h'),
  EXTENTS(0x80000, 'e'),
  VERITY(0x100000, 'V'),
  EA_INODE(0x200000, 'x'),
  INLINE_DATA(0x10000000, 'N'),
  PROJECT_INHERIT(0x20000000, 'P'),
  CASEFOLD(0x40000000, 'F');

  private final int bit;
  private final char letter;

  InodeFlag(int bit, char letter) {
    this.bit = bit;
    this.letter = letter;
  }

  /** Its bit. */
  public int bit() {
    return bit;
  }

  /** Its letter. */
  public char letter() {
    return letter;
  }
}
