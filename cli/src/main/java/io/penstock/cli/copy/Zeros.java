package io.penstock.cli.copy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Finds blocks of zeros in memory. Offsets and lengths are bytes. */
final class Zeros {
  private static final int LARGEST_BLOCK = 65536;
  private static final MemorySegment ZEROS =
      Arena.global().allocate(LARGEST_BLOCK, Long.BYTES).asReadOnly();

  private Zeros() {}

  /** Where the first block begins that is not zeros; {@code end} if all are. */
  static long skip(MemorySegment memory, long from, long end, int block) {
    long at = from;
    while (at < end && isZeros(memory, at, Math.min(end, at + block))) {
      at = Math.min(end, at + block);
    }
    return at;
  }

  /** Where the first block begins that is zeros; {@code end} if none is. */
  static long find(MemorySegment memory, long from, long end, int block) {
    long at = from;
    while (at < end && !isZeros(memory, at, Math.min(end, at + block))) {
      at = Math.min(end, at + block);
    }
    return at;
  }

  private static boolean isZeros(MemorySegment memory, long from, long end) {
    assert end - from <= LARGEST_BLOCK : end - from;
    return MemorySegment.mismatch(memory, from, end, ZEROS, 0, end - from) < 0;
  }
}
