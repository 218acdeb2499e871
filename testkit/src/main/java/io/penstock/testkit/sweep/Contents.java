package io.penstock.testkit.sweep;

import io.penstock.testkit.Pattern;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What each byte of a file may hold: the bytes of one writer, or of one of several where a failure
 * has left it open. Writers are the ids of {@link Pattern}, 0 (zeros) to 63; a write of a script
 * has 1 for the first step, 2 for the second, and so on. Zeros where nothing was said. Not
 * thread-safe.
 */
public final class Contents {
  /** What is written as a whole: in what order its bytes get there nobody sees. */
  private static final int SECTOR = 512;

  private static final long ZEROS = 1;

  private final TreeMap<Long, Long> runs = new TreeMap<>(Map.of(0L, ZEROS));

  Contents() {}

  /** The bytes {@code from} to {@code to} (exclusive) are those of {@code writer}. */
  public Contents put(long from, long to, int writer) {
    if (writer < 0 || writer >= Long.SIZE) {
      throw new IllegalArgumentException("writer " + writer + " must be 0 to 63");
    }
    if (from < to) {
      split(from);
      split(to);
      runs.subMap(from, to).clear();
      runs.put(from, 1L << writer);
    }
    return this;
  }

  /** The bytes {@code from} to {@code to} may be those of {@code writer} too. */
  void mayBe(long from, long to, int writer) {
    if (from < to) {
      split(from);
      split(to);
      runs.subMap(from, to).replaceAll((at, writers) -> writers | 1L << writer);
    }
  }

  private void split(long at) {
    runs.putIfAbsent(at, runs.floorEntry(at).getValue());
  }

  /**
   * What is wrong with {@code memory}, which was filled from {@code from} on with {@code length}
   * bytes, or null.
   *
   * @param untouched whether bytes may also be as they were before, {@link Pattern#SENTINEL}
   */
  @Nullable String wrong(MemorySegment memory, long from, long length, boolean untouched) {
    long at = from;
    while (at < from + length) {
      Map.Entry<Long, Long> run = runs.floorEntry(at);
      Long next = runs.higherKey(at);
      long end = Math.min(from + length, next == null ? Long.MAX_VALUE : next);
      long writers = run.getValue();
      long stop = Long.bitCount(writers) == 1 && !untouched ? end : (at / SECTOR + 1) * SECTOR;
      end = Math.min(end, stop);
      if (!isOfOne(writers, memory, at - from, end - at, at)
          && !(untouched && isUntouched(memory, at - from, end - at))) {
        return describe(memory, at - from, end - at, at, writers);
      }
      at = end;
    }
    return null;
  }

  private static boolean isOfOne(
      long writers, MemorySegment memory, long offset, long length, long position) {
    for (long left = writers; left != 0; left &= left - 1) {
      int writer = Long.numberOfTrailingZeros(left);
      if (WriterBytes.mismatch(memory, offset, length, writer, position) < 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean isUntouched(MemorySegment memory, long offset, long length) {
    for (long i = offset; i < offset + length; i++) {
      if (memory.get(ValueLayout.JAVA_BYTE, i) != (byte) Pattern.SENTINEL) {
        return false;
      }
    }
    return true;
  }

  private static String describe(
      MemorySegment memory, long offset, long length, long position, long writers) {
    long wrong = 0;
    if (Long.bitCount(writers) == 1) {
      int writer = Long.numberOfTrailingZeros(writers);
      wrong = Math.max(0, WriterBytes.mismatch(memory, offset, length, writer, position));
    }
    byte found = memory.get(ValueLayout.JAVA_BYTE, offset + wrong);
    return "byte "
        + (position + wrong)
        + " is "
        + found
        + (found == (byte) Pattern.POISON ? " (what the device held before)" : "")
        + ", expected that of "
        + names(writers);
  }

  private static String names(long writers) {
    StringBuilder text = new StringBuilder();
    for (long left = writers; left != 0; left &= left - 1) {
      int writer = Long.numberOfTrailingZeros(left);
      text.append(text.isEmpty() ? "" : " or ");
      text.append(writer == 0 ? "zeros" : "writer " + writer);
    }
    return text.toString();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    runs.forEach((at, writers) -> text.append(at).append(": ").append(names(writers)).append("; "));
    return text.toString();
  }
}
