package io.penstock.cli.page;

import java.util.Locale;

/** The shapes of an explanation's drawing, and marks: shapes that carry their exact numbers. */
final class ExplainCanvas {
  /** About as wide as a letter of the labels, or wider. */
  static final double LETTER = 8.3;

  /** Around the drawing. */
  private static final int MARGIN = 8;

  private final boolean interactive;
  private final double width;
  private final Markup svg = new Markup();

  /**
   * An empty one.
   *
   * @param interactive whether it is part of a page that steps through it
   */
  ExplainCanvas(double width, double height, boolean interactive) {
    this.width = width;
    this.interactive = interactive;
    int wide = (int) Math.ceil(width) + 2 * MARGIN;
    svg.begin("svg").with("xmlns", "http://www.w3.org/2000/svg").with("class", "explain");
    svg.with("viewBox", -MARGIN + " 0 " + wide + ' ' + Math.round(height));
    if (!interactive) {
      svg.with("width", Integer.toString(wide)).with("height", Long.toString(Math.round(height)));
    }
    svg.with("role", "group");
    svg.with("aria-label", "What the request becomes: file, memory, operations, device");
    svg.begin("style").raw(ExplainStyle.DRAWING).end().raw(ExplainStyle.PATTERNS);
    rect(-MARGIN, 0, wide, height, "paper");
  }

  String end() {
    return svg.end().toString();
  }

  /**
   * Begins a mark, to be ended with {@link #endMark()}.
   *
   * @param step that made it; -1 for what was there before
   * @param tells its exact numbers
   */
  void mark(int step, String tells) {
    svg.begin("g").with("class", "mark");
    if (interactive) {
      svg.with("tabindex", "0").with("role", "img").with("aria-label", tells);
      svg.with("data-step", Integer.toString(step));
    }
    svg.begin("title").text(tells).end();
  }

  void endMark() {
    svg.end();
  }

  void rect(double x, double y, double wide, double high, String style) {
    svg.begin("rect").with("x", x).with("y", y).with("width", wide).with("height", high);
    svg.with("class", style).end();
  }

  void line(double x1, double y1, double x2, double y2, String style) {
    svg.begin("line").with("x1", x1).with("y1", y1).with("x2", x2).with("y2", y2);
    svg.with("class", style).end();
  }

  /** What falls from one line to a lower one, which may be shifted. */
  void fall(
      double left, double right, double y, double left2, double right2, double y2, String style) {
    String points =
        String.format(
            Locale.ROOT,
            "%.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f",
            left,
            y,
            right,
            y,
            right2,
            y2,
            left2,
            y2);
    svg.begin("polygon").with("points", points).with("class", style).end();
  }

  void text(double x, double y, String words, String style) {
    svg.begin("text").with("x", x).with("y", y).with("class", style).text(words).end();
  }

  /** Around the middle, but inside the drawing. */
  void middle(double x, double y, String words, String style) {
    double half = Math.min(words.length() * LETTER, width) / 2;
    text(Math.clamp(x, half, width - half), y, words, style + " middle");
  }

  /** In the middle between two edges, if it fits there. */
  void fitting(double from, double to, double y, String words, String style) {
    if (to - from >= words.length() * LETTER + 4) {
      text((from + to) / 2, y, words, style + " middle");
    }
  }
}
