package io.penstock.cli.page;

import io.penstock.cli.page.Chart.Anchor;
import java.util.List;

/** One row for each engine: its name, what is drawn on a common axis from 0, a number. */
final class RowChart {
  private static final double LEFT = 165;
  private static final double RIGHT = 110;
  private static final double TOP = 10;
  private static final double ROW = 32;
  private static final double BAR = 16;
  private static final double AXIS = 50;
  private static final double TEXT_RISE = 5;

  private final Chart chart;
  private final double end;
  private int row;

  /**
   * @param most what the axis has to reach
   * @param unit of the axis
   */
  RowChart(String id, int rows, double most, String unit, String title, String description) {
    double bottom = TOP + rows * ROW;
    chart = new Chart(id, bottom + AXIS, title, description);
    List<Double> ticks = Ticks.linear(most);
    end = ticks.getLast();
    for (double tick : ticks) {
      chart.line(x(tick), TOP, x(tick), bottom, tick == 0 ? "axis" : "grid");
      chart.text(x(tick), bottom + 18, Anchor.MIDDLE, "tick", Numbers.tick(tick));
    }
    chart.text((LEFT + Chart.WIDTH - RIGHT) / 2, bottom + 43, Anchor.MIDDLE, "unit", unit);
  }

  private double x(double value) {
    return LEFT + value / end * (Chart.WIDTH - LEFT - RIGHT);
  }

  private double middle() {
    return TOP + row * ROW + ROW / 2;
  }

  /** Begins a row. */
  RowChart row(String name, String number) {
    chart.text(LEFT - 10, middle() + TEXT_RISE, Anchor.END, "name", name);
    chart.text(Chart.WIDTH - 4, middle() + TEXT_RISE, Anchor.END, "number", number);
    return this;
  }

  /** A bar in the row. */
  RowChart bar(double from, double to, String style) {
    if (Double.isFinite(from) && Double.isFinite(to)) {
      chart.bar(x(from), middle() - BAR / 2, x(to) - x(from), BAR, style);
    }
    return this;
  }

  /** An interval and its values. */
  RowChart dots(double low, double high, double[] values) {
    chart.line(x(low), middle(), x(high), middle(), "range");
    for (double each : values) {
      chart.dot(x(each), middle(), 3.2, "dot");
    }
    return this;
  }

  /** Ends the row. */
  RowChart next() {
    row++;
    return this;
  }

  String end() {
    return chart.end();
  }
}
