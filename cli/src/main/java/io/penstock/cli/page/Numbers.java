package io.penstock.cli.page;

import java.util.Locale;

/** Numbers as people read them. */
final class Numbers {
  private Numbers() {}

  /** Three digits that count, groups of thousands; a dash when unknown. */
  static String show(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    double size = Math.abs(value);
    String format = size >= 100 || value == 0 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }

  /** Round numbers along an axis: as short as they can be. */
  static String tick(double value) {
    if (value >= 1000 && value % 1000 == 0) {
      return value >= 1e6
          ? shortest(value / 1e6) + 'M'
          : String.format(Locale.ROOT, "%.0fk", value / 1000);
    }
    return shortest(value);
  }

  private static String shortest(double value) {
    double rounded = Math.round(value * 1e6) / 1e6;
    return rounded == Math.rint(rounded)
        ? String.format(Locale.ROOT, "%.0f", rounded)
        : Double.toString(rounded);
  }
}
