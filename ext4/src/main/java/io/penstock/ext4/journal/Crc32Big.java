package io.penstock.ext4.journal;

/**
 * CRC-32 with polynomial 0x04C11DB7, highest bit first, neither seed nor result inverted: what
 * protects a transaction as a whole where its blocks have no checksums of their own.
 */
final class Crc32Big {
  /** What a chain starts from. */
  static final int START = -1;

  private static final int POLYNOMIAL = 0x04C11DB7;
  private static final int[] TABLE = table();

  private Crc32Big() {}

  private static int[] table() {
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      int crc = i << 24;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc < 0 ? crc << 1 ^ POLYNOMIAL : crc << 1;
      }
      table[i] = crc;
    }
    return table;
  }

  static int update(int crc, byte[] bytes) {
    for (byte each : bytes) {
      crc = crc << 8 ^ TABLE[(crc >>> 24 ^ each) & 0xFF];
    }
    return crc;
  }
}
