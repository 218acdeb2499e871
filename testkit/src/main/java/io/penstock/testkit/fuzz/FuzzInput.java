package io.penstock.testkit.fuzz;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * One input: bytes, to be read as a whole or taken piece by piece as decisions. Beyond its end
 * there are zeros without end, so that a shorter input makes simpler decisions. Not thread-safe.
 */
public final class FuzzInput {
  private static final long[] EDGES = {
    0,
    1,
    -1,
    2,
    511,
    512,
    513,
    4095,
    4096,
    65536,
    Short.MAX_VALUE,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    Long.MAX_VALUE,
    Long.MAX_VALUE - 1,
    Long.MAX_VALUE - 511,
    Long.MAX_VALUE - 4095,
    Long.MIN_VALUE,
    1L << 62,
    1L << 52,
  };

  private final byte[] bytes;
  private int at;

  /** An input; the array is not copied. */
  public FuzzInput(byte[] bytes) {
    this.bytes = bytes;
  }

  /** All bytes; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** Number of bytes. */
  public int size() {
    return bytes.length;
  }

  /** All bytes as text of UTF-8; what is none becomes replacement characters. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * All bytes in native memory of just this size, with the alignment of a structure: reading past
   * its end throws.
   *
   * @param arena frees it
   */
  public MemorySegment memory(Arena arena) {
    return memory(arena, bytes.length);
  }

  /** As {@link #memory(Arena)}, cut or continued with zeros to this size, bytes. */
  public MemorySegment memory(Arena arena, long size) {
    MemorySegment memory = arena.allocate(size, Long.BYTES);
    MemorySegment.copy(
        bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, (int) Math.min(size, bytes.length));
    return memory;
  }

  /** Whether every byte was taken. */
  public boolean isUsedUp() {
    return at >= bytes.length;
  }

  /** The next byte, 0 to 255; 0 beyond the end. */
  public int next() {
    return at < bytes.length ? bytes[at++] & 0xff : 0;
  }

  /** A decision: 0 to {@code bound - 1}. */
  public int below(int bound) {
    int value = bound <= 256 ? next() : next() << 8 | next();
    return value % bound;
  }

  /** A decision: true once in {@code n}, and never beyond the end. */
  public boolean oneIn(int n) {
    return below(n) == n - 1;
  }

  /** Eight bytes as a number, the lowest first. */
  public long nextLong() {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value |= (long) next() << 8 * i;
    }
    return value;
  }

  /** A number that is small, or at the edge of some type, or anything. */
  public long number() {
    int how = next();
    if (how < 96) {
      return next();
    }
    if (how < 224) {
      long edge = EDGES[next() % EDGES.length];
      return how < 192 ? edge : edge + (byte) next();
    }
    return nextLong();
  }

  /** The text that is left. */
  public String rest() {
    String rest = new String(bytes, at, bytes.length - at, StandardCharsets.UTF_8);
    at = bytes.length;
    return rest;
  }
}
