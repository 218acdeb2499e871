package io.penstock.ext4.format;

/**
 * CRC-32C (Castagnoli; RFC 3720, B.4), reflected, with the seed and the final value as they are:
 * neither is inverted here. ext4 chains values: the result of one call is the seed of the next.
 */
public final class Crc32c {
  /** What a chain starts from. */
  public static final int START = -1;

  private static final int POLYNOMIAL = 0x82F63B78;
  private static final int[][] TABLES = tables();

  private Crc32c() {}

  private static int[][] tables() {
    int[][] tables = new int[8][256];
    for (int i = 0; i < 256; i++) {
      int crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
      }
      tables[0][i] = crc;
    }
    for (int i = 0; i < 256; i++) {
      for (int table = 1; table < 8; table++) {
        int before = tables[table - 1][i];
        tables[table][i] = (before >>> 8) ^ tables[0][before & 0xFF];
      }
    }
    return tables;
  }

  /** Continues a chain over some bytes. */
  public static int update(int crc, byte[] bytes, int from, int length) {
    int at = from;
    int end = from + length;
    for (; end - at >= 8; at += 8) {
      crc =
          TABLES[7][(crc ^ bytes[at]) & 0xFF]
              ^ TABLES[6][((crc >>> 8) ^ bytes[at + 1]) & 0xFF]
              ^ TABLES[5][((crc >>> 16) ^ bytes[at + 2]) & 0xFF]
              ^ TABLES[4][((crc >>> 24) ^ bytes[at + 3]) & 0xFF]
              ^ TABLES[3][bytes[at + 4] & 0xFF]
              ^ TABLES[2][bytes[at + 5] & 0xFF]
              ^ TABLES[1][bytes[at + 6] & 0xFF]
              ^ TABLES[0][bytes[at + 7] & 0xFF];
    }
    for (; at < end; at++) {
      crc = (crc >>> 8) ^ TABLES[0][(crc ^ bytes[at]) & 0xFF];
    }
    return crc;
  }

  /** Continues a chain over all of these bytes. */
  public static int update(int crc, byte[] bytes) {
    return update(crc, bytes, 0, bytes.length);
  }

  /** Continues a chain over a number of four bytes, little-endian. */
  public static int updateInt(int crc, long value) {
    for (int shift = 0; shift < 32; shift += 8) {
      crc = (crc >>> 8) ^ TABLES[0][(crc ^ (int) (value >>> shift)) & 0xFF];
    }
    return crc;
  }

  /** Continues a chain over a number of four bytes, big-endian. */
  public static int updateBigInt(int crc, long value) {
    return updateInt(crc, Integer.reverseBytes((int) value));
  }

  /** Continues a chain over a number of eight bytes, little-endian. */
  public static int updateLong(int crc, long value) {
    return updateInt(updateInt(crc, value), value >>> 32);
  }
}
