package io.penstock.ext4.space;

import io.penstock.ext4.format.DiskBytes;

/** Looks for bits in a bitmap; bit 0 is the lowest of the first byte. Immutable. */
final class Bitmap {
  private final DiskBytes bytes;

  Bitmap(DiskBytes bytes) {
    this.bytes = bytes;
  }

  /** The first bit from one on that is clear; the end when there is none before it. */
  int nextClear(int from, int end) {
    return next(from, end, -1L);
  }

  /** The first bit from one on that is set; the end when there is none before it. */
  int nextSet(int from, int end) {
    return next(from, end, 0);
  }

  /** The first bit that differs from those of a word. */
  private int next(int from, int end, long skipped) {
    int at = from;
    while (at < end) {
      long word = (bytes.s64(at >> 6 << 3) ^ skipped) >>> (at & 63);
      if (word != 0) {
        return Math.min(end, at + Long.numberOfTrailingZeros(word));
      }
      at = (at | 63) + 1;
    }
    return end;
  }

  /** The last bit up to one that is clear; -1 when there is none. */
  int previousClear(int from) {
    int at = from;
    while (at >= 0) {
      long word = ~bytes.s64(at >> 6 << 3) << 63 - (at & 63);
      if (word != 0) {
        return at - Long.numberOfLeadingZeros(word);
      }
      at = (at & ~63) - 1;
    }
    return -1;
  }

  boolean isSet(int bit) {
    return (bytes.u8(bit >> 3) & 1 << (bit & 7)) != 0;
  }
}
