package io.penstock.cli.page;

import io.penstock.cli.page.Chart.Anchor;
import java.util.List;
import java.util.Locale;

/**
 * A chart with two axes whose parts tell their exact numbers: to the pointer, and to the keyboard
 * once the chart has the focus ({@link PlotScript}). Units are pixels.
 */
final class Plot {
  static final double LEFT = 76;
  static final double RIGHT = 18;
  static final double TOP = 12;

  private static final double BELOW = 58;

  private final Markup svg = new Markup();
  private final double bottom;

  /**
   * @param height of what is between the axes
   */
  Plot(String id, double height, String title, String description) {
    bottom = TOP + height;
    svg.begin("svg")
        .with("id", id)
        .with("class", "plot")
        .with("viewBox", "0 0 " + Math.round(Chart.WIDTH) + ' ' + Math.round(bottom + BELOW))
        .with("role", "img")
        .with("tabindex", "0")
        .with("aria-labelledby", id + "-title " + id + "-description")
        .with("aria-describedby", id + "-says");
    svg.begin("title").with("id", id + "-title").text(title).end();
    svg.begin("desc").with("id", id + "-description").text(description).end();
  }

  /** Where a share of the width is. */
  static double x(double share) {
    return LEFT + share * (Chart.WIDTH - LEFT - RIGHT);
  }

  /** Where a share of the height is, from below. */
  double y(double share) {
    return bottom - share * (bottom - TOP);
  }

  /** A name below the axis. */
  Plot below(double share, String words) {
    return text(x(share), bottom + 19, Anchor.MIDDLE, "tick", words);
  }

  /** A line across, and its name beside it. */
  Plot across(double share, String words) {
    line(LEFT, y(share), Chart.WIDTH - RIGHT, y(share), share == 0 ? "axis" : "grid");
    return text(LEFT - 8, y(share) + 5, Anchor.END, "tick", words);
  }

  /** What the axes mean. */
  Plot unit(String words) {
    return text((LEFT + Chart.WIDTH - RIGHT) / 2, bottom + 46, Anchor.MIDDLE, "unit", words);
  }

  /** Seconds along the axis, from 0 to so many. */
  Plot seconds(double most) {
    for (double tick : Ticks.linear(most)) {
      if (tick <= most) {
        below(tick / most, Numbers.tick(tick));
      }
    }
    return this;
  }

  /** A line through values at equal distances, in shares of the height. */
  Plot curve(double[] shares, String style) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < shares.length; i++) {
      points.append(
          String.format(Locale.ROOT, "%.1f,%.1f ", x((i + 0.5) / shares.length), y(shares[i])));
    }
    svg.begin("polyline").with("points", points.toString().strip()).with("class", style).end();
    return this;
  }

  /** A bar from below, in shares of width and height. */
  Plot bar(double from, double to, double height, String style) {
    return rect(x(from), y(height), x(to) - x(from), y(0) - y(height), style);
  }

  private Plot rect(double x, double y, double width, double height, String style) {
    svg.begin("rect").with("x", x).with("y", y).with("width", Math.max(0, width));
    svg.with("height", Math.max(0, height)).with("class", style).end();
    return this;
  }

  /**
   * A part that tells what it is.
   *
   * @param column its place along the axis, for the arrow keys
   * @param row its place upwards
   * @param says exact numbers
   */
  Plot part(List<Double> fromToBottomTop, int column, int row, String style, String says) {
    double left = x(fromToBottomTop.get(0));
    double right = x(fromToBottomTop.get(1));
    double low = y(fromToBottomTop.get(2));
    double high = y(fromToBottomTop.get(3));
    svg.begin("rect").with("x", left).with("y", high).with("width", right - left);
    svg.with("height", low - high).with("class", "part " + style);
    svg.with("data-column", Integer.toString(column)).with("data-row", Integer.toString(row));
    svg.with("data-says", says).end();
    return this;
  }

  private Plot line(double x1, double y1, double x2, double y2, String style) {
    svg.begin("line").with("x1", x1).with("y1", y1).with("x2", x2).with("y2", y2);
    svg.with("class", style).end();
    return this;
  }

  private Plot text(double x, double y, Anchor anchor, String style, String words) {
    svg.begin("text").with("x", x).with("y", y).with("class", style);
    svg.with("text-anchor", anchor.name().toLowerCase(Locale.ROOT)).text(words).end();
    return this;
  }

  String end() {
    return svg.end().toString();
  }
}
