package io.penstock.cli;

import java.util.Locale;

/** Numbers of bytes as people write and read them: {@code 4k}, {@code 1m}; {@code 1.5 GiB}. */
final class ByteSize {
  private static final String UNITS = "kmgtpe";
  private static final int STEP = 1024;
  private static final int SMALLEST_BLOCK = 512;
  private static final int LARGEST_BLOCK = 1 << 30;

  private ByteSize() {}

  /**
   * A block size: 512 bytes to 1 GiB, a multiple of 512.
   *
   * @throws IllegalArgumentException if it is none, with the text and what is wanted
   */
  static int parseBlock(String text) {
    long bytes = parse(text);
    if (bytes < SMALLEST_BLOCK || bytes > LARGEST_BLOCK || bytes % SMALLEST_BLOCK != 0) {
      throw new IllegalArgumentException(
          "'" + text + "' must be a multiple of 512 from 512 to 1g, such as 64k or 1m");
    }
    return (int) bytes;
  }

  static long parse(String text) {
    String number = text.toLowerCase(Locale.ROOT).replaceFirst("(i?b)$", "");
    int unit = number.isEmpty() ? -1 : UNITS.indexOf(number.charAt(number.length() - 1));
    if (unit >= 0) {
      number = number.substring(0, number.length() - 1);
    }
    try {
      long bytes = Long.parseLong(number);
      for (int i = 0; i <= unit; i++) {
        bytes = Math.multiplyExact(bytes, STEP);
      }
      return bytes;
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a number of bytes, such as 4096, 64k or 1m");
    }
  }

  /** Three digits and a binary unit; plain bytes below one KiB. */
  static String show(long bytes) {
    return show((double) bytes);
  }

  /** The same of a speed, per second. */
  static String showSpeed(double bytesPerSecond) {
    return show(bytesPerSecond) + "/s";
  }

  private static String show(double bytes) {
    double value = bytes;
    int unit = -1;
    while (value >= STEP && unit < UNITS.length() - 1) {
      value /= STEP;
      unit++;
    }
    if (unit < 0) {
      return String.format(Locale.ROOT, "%.0f bytes", value);
    }
    String digits = value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f";
    char letter = Character.toUpperCase(UNITS.charAt(unit));
    return String.format(Locale.ROOT, digits + " %siB", value, letter);
  }
}
