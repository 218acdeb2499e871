package io.penstock.cli.page;

import io.penstock.testkit.explain.Explanation;
import io.penstock.testkit.explain.Step;
import io.penstock.testkit.explain.StepText;
import java.util.List;

/**
 * The page of a request: its drawing, and the steps that made it, to be gone through forward and
 * back. One file that needs nothing else, and asks for nothing.
 */
public final class ExplainPage {
  private final Explanation of;
  private final List<String> notes;
  private final Markup page = new Markup();

  /**
   * @param notes further lines below the steps
   */
  public ExplainPage(Explanation of, List<String> notes) {
    this.of = of;
    this.notes = List.copyOf(notes);
  }

  /** The bare drawing as a file of its own, legible in light and dark; the same each time. */
  public static String drawing(Explanation of) {
    return new ExplainDrawing(of, false).draw();
  }

  /** The whole page. */
  public String draw() {
    page.begin("main");
    page.begin("h1").text("penstock explain").end();
    page.begin("p").with("class", "headline").text(of.headline()).end();
    page.begin("p").with("class", "machine").text(of.fileLine()).end();
    page.begin("div").with("class", "drawing").with("tabindex", "0").with("role", "region");
    page.with("aria-label", "Drawing, which may scroll sideways");
    page.raw(new ExplainDrawing(of, true).draw()).end();
    page.begin("p").with("id", "tell").with("role", "status").with("aria-live", "polite").end();
    buttons();
    page.begin("section").begin("h2").text("Steps").end();
    page.begin("ol").with("id", "steps");
    for (Step step : of.steps()) {
      step(of.text(step));
    }
    page.end().end();
    page.begin("section").with("class", "notes");
    notes.forEach(note -> page.begin("p").text(note).end());
    page.begin("p").text("Nothing was written: mapper and device were recordings.").end();
    page.begin("p").text("Arrow keys go forward and back; Tab goes from mark to mark.").end();
    page.end().end();
    page.begin("script").raw(ExplainStyle.SCRIPT).end();
    return Style.head("penstock explain", ExplainStyle.PAGE) + page + Style.FOOT;
  }

  private void buttons() {
    page.begin("div").with("class", "steps");
    page.begin("button").with("id", "back").with("type", "button").text("← Back").end();
    page.begin("button").with("id", "on").with("type", "button").text("Forward →").end();
    page.begin("span").with("id", "place").end();
    page.end();
  }

  private void step(StepText step) {
    page.begin("li").begin("span").text(step.line()).end();
    if (!step.details().isEmpty()) {
      page.begin("ul");
      step.details().forEach(detail -> page.begin("li").text(detail).end());
      page.end();
    }
    page.end();
  }
}
