package io.penstock.cli.page;

import io.penstock.cli.trace.FileShare;
import io.penstock.cli.trace.SeenRequest;
import io.penstock.cli.trace.Trace;
import io.penstock.core.metric.LatencyHistogram;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The page of {@code penstock trace --html}: I/O over time, by size, by distance, by file. */
public final class TracePage {
  private static final int FILES = 50;
  private static final double MICROS = 1e3;
  private static final double MEGA = 1e6;
  private static final String HOW =
      "Point at a part of the chart, or move with the arrow keys once it has the focus.";

  private final Trace trace;
  private final String source;
  private final Markup page = new Markup();

  /**
   * @param source where it is from, for the heading
   */
  public TracePage(Trace trace, String source) {
    this.trace = trace;
    this.source = source;
  }

  /** The whole page. */
  public String draw() {
    page.begin("main");
    page.begin("h1").text("penstock trace").end();
    page.begin("p").with("class", "headline").text(headline()).end();
    page.begin("p").with("class", "machine").text(source).end();
    TimePlots time = new TimePlots(trace);
    SizePlots sizes = new SizePlots(trace);
    if (trace.requestSizes().count() > 0) {
      section("Throughput", "Bytes of requests, when they ended.");
      legend("read", "written");
      plot("throughput", time.throughput());
    }
    if (trace.bioSizes().count() > 0) {
      section("Queue depth", "Operations that devices had at the same time, on average.");
      plot("depth", time.depth());
    }
    if (trace.requestSizes().count() > 0) {
      section("Latency", "Of requests, when they ended; darker is more.");
      plot("heat", time.heat());
      section("Where the time went", "Of all requests together, phase by phase.");
      page.raw(phases()).end();
    }
    section("Sizes", coalescing());
    keys("requests", "device operations");
    plot("sizes", sizes.sizes());
    if (trace.seeks().count() > 0) {
      section("Distance", "From the end of the device operation before, on the same device.");
      plot("seeks", sizes.seeks());
    }
    section("Latency in numbers", "Microseconds.");
    latencies();
    page.end();
    section("Files", "Those with most bytes; " + trace.fileCount() + " in all.");
    files();
    page.end();
    notes();
    page.end();
    return Style.head("penstock trace", PlotScript.RULES) + page + PlotScript.SCRIPT + Style.FOOT;
  }

  private String headline() {
    return String.format(
        Locale.ROOT,
        "%,d requests and %,d device operations in %.3f s",
        trace.requestSizes().count(),
        trace.bioSizes().count(),
        trace.seconds());
  }

  private void section(String title, String meaning) {
    page.begin("section").begin("h2").text(title).end();
    page.begin("p").with("class", "meaning").text(meaning).end();
  }

  /** A chart, and the line where it tells its numbers; ends the section. */
  private void plot(String id, String drawn) {
    page.raw(drawn);
    page.begin("p").with("class", "says").with("id", id + "-says").with("role", "status");
    page.text(HOW).end().end();
  }

  private void legend(String... names) {
    page.begin("ul").with("class", "legend");
    for (int i = 0; i < names.length; i++) {
      page.begin("li").begin("svg").with("viewBox", "0 0 28 10").with("aria-hidden", "true");
      page.begin("line").with("x1", 0).with("y1", 5).with("x2", 28).with("y2", 5);
      page.with("class", "curve s" + i).end().end();
      page.text(names[i]).end();
    }
    page.end();
  }

  private void keys(String dark, String pale) {
    page.begin("ul").with("class", "legend");
    page.begin("li").begin("span").with("class", "key").end().text(dark).end();
    page.begin("li").begin("span").with("class", "key pale").end().text(pale).end();
    page.end();
  }

  private String phases() {
    long[] phases = trace.phases();
    double sum = Math.max(1, Arrays.stream(phases).sum());
    RowChart chart =
        new RowChart(
            "phases",
            phases.length,
            100 * Arrays.stream(phases).max().orElse(0) / sum,
            "% of the time of all requests",
            "Where the time of requests went",
            "For each phase of a request its share of the time of all requests.");
    for (int i = 0; i < phases.length; i++) {
      double share = 100 * phases[i] / sum;
      chart
          .row(SeenRequest.PHASES.get(i), String.format(Locale.ROOT, "%.2f %%", share))
          .bar(0, share, "bar")
          .next();
    }
    return chart.end();
  }

  private String coalescing() {
    long bios = trace.bioSizes().count();
    long mappings = trace.mappingSizes().count();
    return String.format(
            Locale.ROOT,
            "Mean %,.0f bytes of a request, %,.0f of a device operation.",
            trace.requestSizes().mean(),
            trace.bioSizes().mean())
        + (bios == 0 || mappings == 0
            ? ""
            : String.format(
                Locale.ROOT,
                " %,d mappings became %,d device operations, %.2f each.",
                mappings,
                bios,
                (double) mappings / bios))
        + (bios == 0
            ? ""
            : String.format(
                Locale.ROOT, " %.2f pieces of memory each.", (double) trace.pieces() / bios));
  }

  private void latencies() {
    table(
        "Latency",
        List.of("", "count", "median", "99 %", "99.9 %", "max"),
        List.of(
            row("requests", trace.requestLatency()),
            row("device operations", trace.bioLatency()),
            row("of it queued", trace.queued())));
  }

  private static List<String> row(String name, LatencyHistogram.Snapshot of) {
    return List.of(
        name,
        String.format(Locale.ROOT, "%,d", of.count()),
        Numbers.show(of.at(50) / MICROS),
        Numbers.show(of.at(99) / MICROS),
        Numbers.show(of.at(99.9) / MICROS),
        Numbers.show(of.mostNanos() / MICROS));
  }

  private void files() {
    table(
        "Files",
        List.of("file", "reads", "writes", "read MB", "written MB", "p50 µs", "p99 µs", "errors"),
        trace.topFiles(FILES).stream().map(TracePage::row).toList());
  }

  private static List<String> row(FileShare file) {
    LatencyHistogram.Snapshot latency = file.latency();
    return List.of(
        file.name(),
        String.format(Locale.ROOT, "%,d", file.reads()),
        String.format(Locale.ROOT, "%,d", file.writes()),
        Numbers.show(file.readBytes() / MEGA),
        Numbers.show(file.writtenBytes() / MEGA),
        Numbers.show(latency.at(50) / MICROS),
        Numbers.show(latency.at(99) / MICROS),
        Long.toString(file.errors()));
  }

  private void table(String caption, List<String> columns, List<List<String>> rows) {
    page.begin("div").with("class", "scroll").with("tabindex", "0").begin("table");
    page.begin("caption").text(caption).end();
    page.begin("thead").begin("tr");
    columns.forEach(each -> page.begin("th").with("scope", "col").text(each).end());
    page.end().end().begin("tbody");
    for (List<String> row : rows) {
      page.begin("tr").begin("th").with("scope", "row").text(row.getFirst()).end();
      row.stream().skip(1).forEach(cell -> page.begin("td").text(cell).end());
      page.end();
    }
    page.end().end().end();
  }

  private void notes() {
    page.begin("section").with("class", "notes");
    page.begin("p")
        .text(
            String.format(
                Locale.ROOT,
                "%,d requests and %,d device operations failed. %,d pieces of memory were copied,"
                    + " %,d bytes.",
                trace.requestErrors(),
                trace.bioErrors(),
                trace.bounces().count(),
                trace.bounces().bytes()))
        .end();
    if (trace.incidentCount() > 0) {
      page.begin("p")
          .text(
              String.format(
                  Locale.ROOT, "%,d fallbacks and warnings, such as:", trace.incidentCount()))
          .end();
      trace.incidents().forEach(each -> page.begin("p").text(each).end());
    }
    page.end();
  }
}
