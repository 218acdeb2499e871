package io.penstock.file;

import io.penstock.core.memory.IoVector;
import java.lang.foreign.MemorySegment;

/** Copies between the segments of a vector, taken as one run of bytes, and one segment. */
final class VectorBytes {
  private VectorBytes() {}

  /** Copies {@code length} bytes from {@code from} of the vector on. */
  static void copyOut(IoVector vector, long from, MemorySegment to, long toOffset, long length) {
    copy(vector, from, to, toOffset, length, true);
  }

  /** Copies {@code length} bytes to {@code to} of the vector on. */
  static void copyIn(MemorySegment from, long fromOffset, IoVector vector, long to, long length) {
    copy(vector, to, from, fromOffset, length, false);
  }

  private static void copy(
      IoVector vector, long start, MemorySegment other, long offset, long length, boolean out) {
    long skip = start;
    long left = length;
    long at = offset;
    for (int i = 0; left > 0; i++) {
      long size = vector.length(i);
      if (skip >= size) {
        skip -= size;
        continue;
      }
      long part = Math.min(size - skip, left);
      if (out) {
        MemorySegment.copy(vector.segment(i), skip, other, at, part);
      } else {
        MemorySegment.copy(other, at, vector.segment(i), skip, part);
      }
      at += part;
      left -= part;
      skip = 0;
    }
  }
}
