package io.penstock.cli.page;

import io.penstock.cli.bench.BenchResult;
import io.penstock.cli.bench.Contender;
import io.penstock.cli.bench.Latencies;
import io.penstock.cli.bench.Measurement;
import io.penstock.cli.bench.Spread;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The page: three charts, a table with the same numbers, what they mean. */
public final class BenchPage {
  private static final List<String> COLUMNS =
      List.of(
          "engine",
          "IOPS",
          "ratio",
          "range",
          "MB/s",
          "p50 µs",
          "p99 µs",
          "p99.9 µs",
          "user µs/op",
          "system µs/op",
          "heap B/op",
          "errors",
          "in use");

  private final BenchResult result;
  private final String headline;
  private final String machine;
  private final Markup page = new Markup();

  /**
   * @param headline what was done, in one line
   * @param machine where it was done, in one line
   */
  public BenchPage(BenchResult result, String headline, String machine) {
    this.result = result;
    this.headline = headline;
    this.machine = machine;
  }

  /** The whole page. */
  public String draw() {
    page.begin("main");
    page.begin("h1").text("penstock bench").end();
    page.begin("p").with("class", "headline").text(headline).end();
    page.begin("p").with("class", "machine").text(machine).end();
    section("Operations per second", "Bars are medians, dots are rounds.").raw(iops()).end();
    section("Latency", "From the beginning of an operation to its end, medians of the rounds.");
    legend();
    page.raw(new LatencyChart(result.contenders()).draw()).end();
    section(
        "Processor time per operation",
        "Of all processors of the machine, whoever used them: first outside the kernel, then,"
            + " paler, inside it.");
    page.raw(processorTime()).end();
    section("All numbers", "Medians of the rounds.");
    table();
    page.end();
    notes();
    page.end();
    return Style.HEAD + page + Style.FOOT;
  }

  private Markup section(String title, String meaning) {
    page.begin("section").begin("h2").text(title).end();
    return page.begin("p").with("class", "meaning").text(meaning).end();
  }

  private void legend() {
    page.begin("ul").with("class", "legend");
    for (int i = 0; i < result.contenders().size(); i++) {
      page.begin("li").begin("svg").with("viewBox", "0 0 28 10").with("aria-hidden", "true");
      page.begin("line").with("x1", 0).with("y1", 5).with("x2", 28).with("y2", 5);
      page.with("class", "curve s" + i).end().end();
      page.text(result.contenders().get(i).label()).end();
    }
    page.end();
  }

  private String iops() {
    RowChart chart =
        new RowChart(
            "iops",
            result.contenders().size(),
            most(each -> each.spread(Measurement::iops).high()),
            "operations per second",
            "Operations per second",
            "For each engine the median of its rounds; the table below has the numbers.");
    for (Contender each : result.contenders()) {
      Spread spread = each.spread(Measurement::iops);
      double[] values = each.rounds().stream().mapToDouble(Measurement::iops).toArray();
      chart
          .row(each.label(), Numbers.show(spread.median()))
          .bar(0, spread.median(), each.isControl() ? "bar control" : "bar")
          .dots(spread.low(), spread.high(), values)
          .next();
    }
    return chart.end();
  }

  private String processorTime() {
    RowChart chart =
        new RowChart(
            "cpu",
            result.contenders().size(),
            most(BenchPage::medianMicros),
            "microseconds per operation",
            "Processor time per operation",
            "For each engine the median of its rounds, user and system; the table below has the"
                + " numbers.");
    for (Contender each : result.contenders()) {
      double user = each.spread(Measurement::userMicros).median();
      double sum = medianMicros(each);
      chart
          .row(each.label(), Numbers.show(sum))
          .bar(0, user, "bar user")
          .bar(user, sum, "bar system")
          .next();
    }
    return chart.end();
  }

  private static double medianMicros(Contender each) {
    return each.spread(Measurement::userMicros).median()
        + each.spread(Measurement::systemMicros).median();
  }

  private double most(ToDoubleFunction<Contender> figure) {
    return result.contenders().stream()
        .mapToDouble(figure)
        .filter(Double::isFinite)
        .max()
        .orElse(1);
  }

  private void table() {
    page.begin("div").with("class", "scroll").with("tabindex", "0").begin("table");
    page.begin("caption").text("Every engine beside " + result.first().label()).end();
    page.begin("thead").begin("tr");
    COLUMNS.forEach(each -> page.begin("th").with("scope", "col").text(each).end());
    page.end().end().begin("tbody");
    for (Contender each : result.contenders()) {
      page.begin("tr").begin("th").with("scope", "row").text(each.label()).end();
      cells(each).forEach(cell -> page.begin("td").text(cell).end());
      page.end();
    }
    page.end().end().end();
  }

  private List<String> cells(Contender each) {
    Latencies latencies = each.latencies();
    Spread ratio = each.ratioTo(result.first(), Measurement::iops);
    boolean compared = each != result.first();
    boolean tie = compared && !each.isControl() && result.isTie(each, Measurement::iops);
    return List.of(
        Numbers.show(each.spread(Measurement::iops).median()),
        compared ? ratio(ratio.median()) + (tie ? " (tie)" : "") : "1",
        compared ? ratio(ratio.low()) + "–" + ratio(ratio.high()) : "",
        Numbers.show(each.spread(Measurement::megabytesPerSecond).median()),
        Numbers.show(latencies.at(50.0)),
        Numbers.show(latencies.at(99.0)),
        Numbers.show(latencies.at(99.9)),
        Numbers.show(each.spread(Measurement::userMicros).median()),
        Numbers.show(each.spread(Measurement::systemMicros).median()),
        Numbers.show(each.spread(Measurement::bytesPerOperation).median()),
        Long.toString(each.errors()),
        each.provider());
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private void notes() {
    String noise =
        String.format(
            Locale.ROOT,
            "control is %s once more in every round. It was off by a factor of up to %.3f in"
                + " operations per second and %.3f in processor time: that is the noise of this"
                + " run. A ratio no further from 1, or whose range contains 1, is a tie.",
            result.first().label(),
            result.noise(Measurement::iops),
            result.noise(Measurement::cpuMicros));
    page.begin("section").with("class", "notes").begin("p").text(noise).end();
    for (BenchResult.Skipped each : result.skipped()) {
      page.begin("p").text("Skipped " + each.engine() + ": " + each.cause()).end();
    }
    page.end();
  }
}
