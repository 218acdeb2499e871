package io.penstock.examples.log;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How a record lies in the log.
 *
 * <pre>
 * offset  size  name
 *      0     4  length of the contents in bytes, at least 1; 0 where the log ends
 *      4     4  CRC-32C of the contents
 *      8     n  contents
 * </pre>
 *
 * Numbers are big-endian, as {@link DataInputStream} reads them.
 */
final class LogRecord {
  /** Bytes before the contents. */
  static final int HEAD_BYTES = 8;

  /** Most bytes of contents. */
  static final int MAX_BYTES = 64 * 1024;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private LogRecord() {}

  /** Bytes that contents of this length take in the log. */
  static int size(byte[] contents) {
    return HEAD_BYTES + contents.length;
  }

  /** Puts a record into memory. */
  static void put(MemorySegment memory, long offset, byte[] contents) {
    memory.set(INT, offset, contents.length);
    memory.set(INT, offset + 4, checksum(contents));
    MemorySegment.copy(
        contents, 0, memory, ValueLayout.JAVA_BYTE, offset + HEAD_BYTES, contents.length);
  }

  /**
   * Reads the next record.
   *
   * @return null where the log ends: at the end of the file, at padding, or at a record that a
   *     crash has cut short
   */
  static byte @Nullable [] read(DataInputStream log) throws IOException {
    try {
      int length = log.readInt();
      int checksum = log.readInt();
      if (length < 1 || length > MAX_BYTES) {
        return null;
      }
      byte[] contents = log.readNBytes(length);
      return contents.length == length && checksum(contents) == checksum ? contents : null;
    } catch (EOFException end) {
      return null;
    }
  }

  private static int checksum(byte[] contents) {
    CRC32C crc = new CRC32C();
    crc.update(contents);
    return (int) crc.getValue();
  }
}
