package io.penstock.ext4.format;

/**
 * A name in a directory and what it leads to. Source: "Directory Entries" of the format's
 * documentation; little-endian:
 *
 * <pre>
 *   0x0  4  inode, 0 when nothing is there
 *   0x4  2  rec_len, to the next entry
 *   0x6  1  name_len (2 bytes without the feature filetype)
 *   0x7  1  file_type
 *   0x8     name
 * </pre>
 *
 * @param name the name
 * @param inode what it leads to
 * @param kind as the entry says; {@link FileKind#UNKNOWN} where entries do not say it
 */
public record DirectoryEntry(Name name, long inode, FileKind kind) {
  /** Most bytes of a name. */
  public static final int MAX_NAME = 255;

  /** Bytes before the name. */
  public static final int HEADER = 8;
}
