package io.penstock.testkit.layout;

import java.util.Arrays;

/**
 * A block table as it is on the device, or to be. Not to be changed.
 *
 * @param size bytes of the file
 * @param entries for each file block 0 for a hole, else twice its place plus 1 if it holds data;
 *     places are numbers of data blocks, from 1
 */
@SuppressWarnings("ArrayRecordComponent") // compared by contents below, and private to the package
record StoredTable(long size, long[] entries) {
  @Override
  public boolean equals(Object other) {
    return other instanceof StoredTable table
        && size == table.size
        && Arrays.equals(entries, table.entries);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(size) * 31 + Arrays.hashCode(entries);
  }

  @Override
  public String toString() {
    return "table of a file of " + size + " bytes";
  }
}
