package io.penstock.ext4.format;

/**
 * An entry in a list of extended attributes. Source: "Extended Attributes" of the format's
 * documentation; little-endian:
 *
 * <pre>
 *   0x0  1  e_name_len     0x4  4  e_value_inum
 *   0x1  1  e_name_index   0x8  4  e_value_size
 *   0x2  2  e_value_offs   0xC  4  e_hash
 *                          0x10    e_name, e_name_len bytes; the next entry begins at a multiple of 4
 * </pre>
 *
 * @param nameIndex which prefix the name has
 * @param name without the prefix
 * @param valueInode the inode that holds the value; 0 when it lies with the entries
 * @param valueSize bytes of the value
 * @param hash as it is stored
 * @param value the value, where it lies with the entries; empty otherwise
 */
public record AttributeEntry(
    int nameIndex, Name name, long valueInode, long valueSize, long hash, DiskBytes value) {
  /** What {@code system.data} has: the second part of inline data. */
  public static final int SYSTEM = 7;

  /** A new one, whose value lies with the entries. */
  public static AttributeEntry of(int nameIndex, Name name, byte[] value) {
    return new AttributeEntry(nameIndex, name, 0, value.length, 0, DiskBytes.of(value));
  }

  /** The same with its value elsewhere in memory. */
  AttributeEntry with(DiskBytes sameValue) {
    return new AttributeEntry(nameIndex, name, valueInode, valueSize, hash, sameValue);
  }

  /** Whether it has this name. */
  public boolean isNamed(int index, Name other) {
    return nameIndex == index && name.equals(other);
  }
}
