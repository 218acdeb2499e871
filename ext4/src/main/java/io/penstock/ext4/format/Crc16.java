package io.penstock.ext4.format;

/**
 * CRC-16 with polynomial 0x8005, reflected, neither seed nor result inverted: what protects group
 * descriptors where there is no better checksum (gdt_csum).
 */
public final class Crc16 {
  /** What a chain starts from. */
  public static final int START = 0xFFFF;

  private static final int POLYNOMIAL = 0xA001;

  private Crc16() {}

  /** Continues a chain over these bytes. */
  public static int update(int crc, byte[] bytes) {
    for (byte each : bytes) {
      crc ^= each & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
      }
    }
    return crc;
  }
}
