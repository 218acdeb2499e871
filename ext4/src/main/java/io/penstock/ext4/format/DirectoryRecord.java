package io.penstock.ext4.format;

/**
 * An entry as it lies in a directory block. Source: "Directory Entries" of the format's
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
 * @param inode what the name leads to
 * @param kind as the entry says; {@link FileKind#UNKNOWN} where entries do not say it
 * @param name its bytes
 */
public record DirectoryRecord(long inode, FileKind kind, byte[] name) {
  /** Most bytes of a name. */
  public static final int MAX_NAME = 255;

  /** Bytes before the name. */
  static final int HEADER = 8;

  /** By content. */
  @Override
  public boolean equals(Object other) {
    return other instanceof DirectoryRecord that
        && inode == that.inode
        && kind == that.kind
        && java.util.Arrays.equals(name, that.name);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(inode) * 31 + java.util.Arrays.hashCode(name);
  }

  @Override
  public String toString() {
    return "entry to inode " + inode;
  }
}
