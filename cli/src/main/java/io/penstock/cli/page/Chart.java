package io.penstock.cli.page;

import java.util.Locale;

/** An SVG drawing with a title and a description for those who cannot see it. Units are pixels. */
final class Chart {
  /** As wide as the page's column; scaled with it. */
  static final double WIDTH = 860;

  private final Markup svg = new Markup();

  Chart(String id, double height, String title, String description) {
    svg.begin("svg")
        .with("id", id)
        .with("viewBox", "0 0 " + Math.round(WIDTH) + ' ' + Math.round(height))
        .with("role", "img")
        .with("aria-labelledby", id + "-title " + id + "-description");
    svg.begin("title").with("id", id + "-title").text(title).end();
    svg.begin("desc").with("id", id + "-description").text(description).end();
  }

  /** How text stands at its position. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  Chart line(double x1, double y1, double x2, double y2, String style) {
    svg.begin("line").with("x1", x1).with("y1", y1).with("x2", x2).with("y2", y2);
    svg.with("class", style).end();
    return this;
  }

  Chart bar(double x, double y, double width, double height, String style) {
    svg.begin("rect").with("x", x).with("y", y);
    svg.with("width", Math.max(0, width)).with("height", height).with("class", style).end();
    return this;
  }

  Chart dot(double x, double y, double radius, String style) {
    svg.begin("circle").with("cx", x).with("cy", y).with("r", radius).with("class", style).end();
    return this;
  }

  Chart text(double x, double y, Anchor anchor, String style, String words) {
    svg.begin("text").with("x", x).with("y", y).with("class", style);
    svg.with("text-anchor", anchor.name().toLowerCase(Locale.ROOT)).text(words).end();
    return this;
  }

  /** A line through points "x,y x,y ...", told by its label when pointed at. */
  Chart path(String points, String style, String label) {
    svg.begin("polyline").with("points", points).with("class", style);
    svg.begin("title").text(label).end();
    svg.end();
    return this;
  }

  String end() {
    return svg.end().toString();
  }
}
