package io.penstock.ext4.format;

/** What an inode is. */
public enum FileKind {
  REGULAR(0x8000, 1, '-'),
  DIRECTORY(0x4000, 2, 'd'),
  CHARACTER_DEVICE(0x2000, 3, 'c'),
  BLOCK_DEVICE(0x6000, 4, 'b'),
  FIFO(0x1000, 5, 'p'),
  SOCKET(0xC000, 6, 's'),
  SYMBOLIC_LINK(0xA000, 7, 'l'),
  /** None of these: the inode is not in use, or damaged. */
  UNKNOWN(0, 0, '?');

  private static final int MASK = 0xF000;
  private static final FileKind[] ALL = values();

  private final int mode;
  private final int entryType;
  private final char sign;

  FileKind(int mode, int entryType, char sign) {
    this.mode = mode;
    this.entryType = entryType;
    this.sign = sign;
  }

  /** The kind that a mode says. */
  public static FileKind ofMode(int mode) {
    for (FileKind each : ALL) {
      if (each.mode == (mode & MASK)) {
        return each;
      }
    }
    return UNKNOWN;
  }

  /** The kind that a directory entry's type says. */
  public static FileKind ofEntry(int type) {
    for (FileKind each : ALL) {
      if (each.entryType == type) {
        return each;
      }
    }
    return UNKNOWN;
  }

  /** What a directory entry says of it. */
  public int entryType() {
    return entryType;
  }

  /** Its bits of a mode. */
  public int mode() {
    return mode;
  }

  /** Its letter in long listings. */
  public char sign() {
    return sign;
  }
}
