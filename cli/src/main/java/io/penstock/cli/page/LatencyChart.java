package io.penstock.cli.page;

import io.penstock.cli.bench.Contender;
import io.penstock.cli.bench.Latencies;
import io.penstock.cli.page.Chart.Anchor;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Latency over percentile. Along the axis every further nine has the same width, so that the tail
 * is seen; upwards it is logarithmic.
 */
final class LatencyChart {
  private static final double LEFT = 70;
  private static final double RIGHT = 30;
  private static final double TOP = 12;
  private static final double BOTTOM = 340;
  private static final double HEIGHT = 400;

  /** Where the largest value stands: the axis has no end. */
  private static final double NINES_OF_MAXIMUM = 4.6;

  private static final List<Double> MARKED = List.of(1.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0);

  private final List<Contender> contenders;
  private final List<Latencies> latencies;
  private final double low;
  private final double high;

  LatencyChart(List<Contender> contenders) {
    this.contenders = contenders;
    latencies = contenders.stream().map(Contender::latencies).toList();
    double least = latencies.stream().mapToDouble(each -> each.at(1.0)).min().orElse(1);
    double most = latencies.stream().mapToDouble(each -> each.at(100.0)).max().orElse(10);
    List<Double> ticks = Ticks.logarithmic(Math.max(least, 0.01), Math.max(most, 0.02));
    low = ticks.getFirst();
    high = ticks.getLast();
  }

  private static double x(double percentile) {
    double nines = percentile < 100 ? -Math.log10(1 - percentile / 100) : NINES_OF_MAXIMUM;
    return LEFT + nines / NINES_OF_MAXIMUM * (Chart.WIDTH - LEFT - RIGHT);
  }

  private double y(double micros) {
    double share = Math.log10(Math.max(micros, low) / low) / Math.log10(high / low);
    return BOTTOM - share * (BOTTOM - TOP);
  }

  String draw() {
    Chart chart =
        new Chart(
            "latency",
            HEIGHT,
            "Latency by percentile",
            "For each engine the microseconds that a share of its operations took at most; the"
                + " table below has the same at 50, 99 and 99.9 per cent.");
    for (double tick : Ticks.logarithmic(low, high)) {
      chart.line(LEFT, y(tick), Chart.WIDTH - RIGHT, y(tick), tick == low ? "axis" : "grid");
      chart.text(LEFT - 8, y(tick) + 4, Anchor.END, "tick", Numbers.tick(tick));
    }
    for (double each : MARKED) {
      chart.line(x(each), TOP, x(each), BOTTOM, "grid");
      chart.text(x(each), BOTTOM + 27, Anchor.MIDDLE, "tick", name(each));
    }
    chart.text(
        (LEFT + Chart.WIDTH - RIGHT) / 2,
        BOTTOM + 52,
        Anchor.MIDDLE,
        "unit",
        "percentile; upwards: microseconds");
    for (int i = 0; i < contenders.size(); i++) {
      chart.path(points(latencies.get(i)), "curve s" + i, contenders.get(i).label());
    }
    return chart.end();
  }

  private String points(Latencies one) {
    return Latencies.PERCENTILES.stream()
        .map(each -> String.format(Locale.ROOT, "%.1f,%.1f", x(each), y(one.at(each))))
        .collect(Collectors.joining(" "));
  }

  private static String name(double percentile) {
    return percentile == 100 ? "max" : Numbers.tick(percentile) + '%';
  }
}
