package io.penstock.testkit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Bytes that tell where they come from: byte {@code offset} of writer {@code id} is computed from
 * both, so that nothing has to be remembered to recognise it. Writer 0 writes zeros.
 */
public final class Pattern {
  /** What devices hold where nobody has written. */
  public static final int POISON = -1;

  /** What memory holds before a request. */
  public static final int SENTINEL = -2;

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Pattern() {}

  /** A number that looks random, always the same for the same {@code z}. */
  public static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static long word(int id, long index) {
    return mix(id * 0x9E3779B97F4A7C15L + index * 0xD1B54A32D192ED03L);
  }

  /** The byte that writer {@code id} writes at {@code offset}. */
  public static byte at(int id, long offset) {
    return id == 0 ? 0 : (byte) (word(id, offset >>> 3) >>> (8 * (int) (offset & 7)));
  }

  /**
   * Fills {@code length} bytes at {@code from} as writer {@code id} would from {@code offset} on.
   */
  public static void fill(MemorySegment memory, long from, long length, int id, long offset) {
    if (id == 0) {
      memory.asSlice(from, length).fill((byte) 0);
      return;
    }
    long i = 0;
    for (; i < length && ((offset + i) & 7) != 0; i++) {
      memory.set(ValueLayout.JAVA_BYTE, from + i, at(id, offset + i));
    }
    for (; i + 8 <= length; i += 8) {
      memory.set(WORD, from + i, word(id, (offset + i) >>> 3));
    }
    for (; i < length; i++) {
      memory.set(ValueLayout.JAVA_BYTE, from + i, at(id, offset + i));
    }
  }

  /**
   * Index of the first of {@code length} bytes at {@code from} that writer {@code id} would not
   * have written from {@code offset} on, or -1.
   */
  public static long mismatch(MemorySegment memory, long from, long length, int id, long offset) {
    long i = 0;
    for (; i < length && ((offset + i) & 7) != 0; i++) {
      if (memory.get(ValueLayout.JAVA_BYTE, from + i) != at(id, offset + i)) {
        return i;
      }
    }
    for (; i + 8 <= length; i += 8) {
      long expected = id == 0 ? 0 : word(id, (offset + i) >>> 3);
      if (memory.get(WORD, from + i) != expected) {
        break;
      }
    }
    for (; i < length; i++) {
      if (memory.get(ValueLayout.JAVA_BYTE, from + i) != at(id, offset + i)) {
        return i;
      }
    }
    return -1;
  }
}
