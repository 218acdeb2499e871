package io.penstock.failures.record;

import io.penstock.testkit.Pattern;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The contents of records: each byte follows from who wrote it and the how manieth it is, so that
 * any byte found in a file is known to be the record's or not. A record begins with its header:
 *
 * <pre>
 *  0  int   MAGIC
 *  4  int   writer, from 0
 *  8  long  sequence, from 1; of a slot, its version, from 0
 * 16  bytes of the {@link Pattern}
 * </pre>
 */
public final class Records {
  /** Bytes of the header; the smallest record. */
  public static final int HEADER = 16;

  /** Bytes of the largest record. */
  public static final int LONGEST = 20_000;

  private static final int MAGIC = 0x504e5354;
  private static final int SHORT = 3000;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private Records() {}

  /** Which record this is. */
  public record Name(int writer, long sequence) {}

  /** Bytes of a record of a log: mostly less than a block, some over several. */
  public static int length(int writer, long sequence) {
    long dice = Pattern.mix(writer * 0x9E3779B97F4A7C15L + sequence) >>> 1;
    int most = dice % 5 == 0 ? LONGEST : SHORT;
    return HEADER + (int) ((dice >>> 8) % (most - HEADER + 1));
  }

  /** Fills memory with a record of the length of the memory. */
  public static void fill(MemorySegment memory, int writer, long sequence) {
    memory.set(INT, 0, MAGIC);
    memory.set(INT, 4, writer);
    memory.set(LONG, 8, sequence);
    int id = 1 + (int) (Pattern.mix(writer * 31L + sequence) >>> 34);
    Pattern.fill(memory, HEADER, memory.byteSize() - HEADER, id, 0);
  }

  /** A record as bytes. */
  public static byte[] bytes(int writer, long sequence, int length) {
    byte[] record = new byte[length];
    fill(MemorySegment.ofArray(record), writer, sequence);
    return record;
  }

  /** A record of a log as bytes. */
  public static byte[] bytes(int writer, long sequence) {
    return bytes(writer, sequence, length(writer, sequence));
  }

  /** Which record of a log is whole at a place; null when none is. */
  public static @org.jspecify.annotations.Nullable Name at(byte[] file, int at) {
    if (at < 0 || file.length - at < HEADER) {
      return null;
    }
    MemorySegment memory = MemorySegment.ofArray(file);
    int writer = memory.get(INT, at + 4L);
    long sequence = memory.get(LONG, at + 8L);
    if (memory.get(INT, at) != MAGIC || writer < 0 || sequence < 1) {
      return null;
    }
    byte[] record = bytes(writer, sequence);
    if (file.length - at < record.length
        || !Arrays.equals(file, at, at + record.length, record, 0, record.length)) {
      return null;
    }
    return new Name(writer, sequence);
  }
}
