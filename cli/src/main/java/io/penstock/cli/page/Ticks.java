package io.penstock.cli.page;

import java.util.ArrayList;
import java.util.List;

/** Round numbers along an axis. */
final class Ticks {
  private Ticks() {}

  /**
   * From 0 in equal steps of 1, 2 or 5 times a power of ten, four to nine of them, past the most.
   */
  static List<Double> linear(double most) {
    if (!(most > 0)) {
      return List.of(0.0, 1.0);
    }
    double power = Math.pow(10, Math.floor(Math.log10(most / 4)));
    double fraction = most / 4 / power;
    double step = power * (fraction < 2 ? 1 : fraction < 5 ? 2 : 5);
    List<Double> ticks = new ArrayList<>();
    int count = (int) Math.ceil(most / step);
    for (int i = 0; i <= count; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** Powers of ten from at most {@code least} to at least {@code most}. */
  static List<Double> logarithmic(double least, double most) {
    int from = (int) Math.floor(Math.log10(least));
    int to = Math.max(from + 1, (int) Math.ceil(Math.log10(most)));
    List<Double> ticks = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      ticks.add(Math.pow(10, i));
    }
    return ticks;
  }
}
