package io.penstock.testkit.sweep;

import io.penstock.testkit.Pattern;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The bytes of {@link Pattern}'s writers at the beginning of a file, kept: a sweep compares the
 * same ones again and again, and comparing with memory is much faster than computing each.
 */
final class WriterBytes {
  private static final int KEPT = 128 << 10;
  private static final ConcurrentHashMap<Integer, MemorySegment> ALL = new ConcurrentHashMap<>();

  private WriterBytes() {}

  private static MemorySegment of(int writer) {
    return ALL.computeIfAbsent(
        writer,
        id -> {
          MemorySegment bytes = MemorySegment.ofArray(new byte[KEPT]);
          Pattern.fill(bytes, 0, KEPT, id, 0);
          return bytes;
        });
  }

  /** As {@link Pattern#fill}. */
  static void fill(MemorySegment memory, long from, long length, int writer, long offset) {
    if (offset + length <= KEPT) {
      MemorySegment.copy(of(writer), offset, memory, from, length);
    } else {
      Pattern.fill(memory, from, length, writer, offset);
    }
  }

  /** As {@link Pattern#mismatch}. */
  static long mismatch(MemorySegment memory, long from, long length, int writer, long offset) {
    return offset + length <= KEPT
        ? MemorySegment.mismatch(memory, from, from + length, of(writer), offset, offset + length)
        : Pattern.mismatch(memory, from, length, writer, offset);
  }
}
