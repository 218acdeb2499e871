package io.penstock.cli;

import io.penstock.cli.trace.FileShare;
import io.penstock.cli.trace.HeatMap;
import io.penstock.cli.trace.SeenRequest;
import io.penstock.cli.trace.SizeCounts;
import io.penstock.cli.trace.Slots;
import io.penstock.cli.trace.Trace;
import io.penstock.core.metric.LatencyHistogram;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;

/** A trace for people, on a terminal of 80 columns, in plain characters. */
final class TraceTable {
  /** Slots of a trace that one character stands for. */
  private static final int PER_COLUMN = 2;

  private static final int COLUMNS = Trace.SLOTS / PER_COLUMN;
  private static final int BAR = 24;
  private static final int FILES = 10;
  private static final String SHADES = " .:-=+*#%@";
  private static final double MICROS = 1e3;

  private final Trace trace;
  private final PrintWriter out;

  TraceTable(Trace trace, PrintWriter out) {
    this.trace = trace;
    this.out = out;
  }

  void print(String source) {
    out.printf(
        Locale.ROOT,
        "%s: %.3f s, %,d requests, %,d device operations%n",
        printable(source),
        trace.seconds(),
        trace.requestSizes().count(),
        trace.bioSizes().count());
    overTime();
    latencies();
    heat();
    phases();
    sizes();
    seeks();
    files();
    troubles();
  }

  /** A name's control characters must not command the terminal. */
  static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }

  private void heading(String words) {
    out.printf("%n%s%n", words);
  }

  // --- over time ---

  private void overTime() {
    heading(String.format(Locale.ROOT, "over time, a column is %.3g s", columnSeconds()));
    line("requests/s", slot -> trace.requests().perSecond(slot), "%,.0f");
    line("MB/s read", slot -> trace.readBytes().perSecond(slot) / 1e6, "%,.1f");
    line("MB/s written", slot -> trace.writtenBytes().perSecond(slot) / 1e6, "%,.1f");
    line("queue depth", slot -> trace.depth().perNano(slot), "%,.1f");
  }

  private double columnSeconds() {
    Slots any = trace.requests();
    return any.secondsAt(PER_COLUMN) - any.secondsAt(0);
  }

  private void line(String name, IntToDoubleFunction value, String format) {
    double[] columns = new double[COLUMNS];
    double most = 0;
    for (int i = 0; i < COLUMNS; i++) {
      for (int j = 0; j < PER_COLUMN; j++) {
        columns[i] += value.applyAsDouble(i * PER_COLUMN + j) / PER_COLUMN;
      }
      most = Math.max(most, columns[i]);
    }
    StringBuilder drawn = new StringBuilder();
    for (double each : columns) {
      drawn.append(shade(each, most));
    }
    out.printf("  %-12s |%s| max %s%n", name, drawn, String.format(Locale.ROOT, format, most));
  }

  private static char shade(double value, double most) {
    if (!(value > 0)) {
      return SHADES.charAt(0);
    }
    int steps = SHADES.length() - 1;
    return SHADES.charAt((int) Math.clamp(Math.ceil(value / most * steps), 1, steps));
  }

  private void heat() {
    HeatMap heat = trace.heat();
    if (heat.lowest() > heat.highest()) {
      return;
    }
    heading("latency of requests over time, darker is more");
    double most = Math.log1p((double) heat.most() * PER_COLUMN);
    for (int row = heat.highest(); row >= heat.lowest(); row--) {
      StringBuilder drawn = new StringBuilder();
      for (int i = 0; i < COLUMNS; i++) {
        long count = 0;
        for (int j = 0; j < PER_COLUMN; j++) {
          count += heat.count(row, i * PER_COLUMN + j);
        }
        drawn.append(shade(Math.log1p((double) count), most));
      }
      out.printf(Locale.ROOT, "  %9.1f us |%s|%n", HeatMap.fromMicros(row), drawn);
    }
  }

  // --- distributions ---

  private void latencies() {
    heading("microseconds            median       99 %     99.9 %        max");
    latency("requests", trace.requestLatency());
    latency("operations", trace.bioLatency());
    latency("  of it queued", trace.queued());
  }

  private void latency(String name, LatencyHistogram.Snapshot of) {
    if (of.count() > 0) {
      out.printf(
          Locale.ROOT,
          "  %-16s %11.1f %10.1f %10.1f %10.1f%n",
          name,
          of.at(50) / MICROS,
          of.at(99) / MICROS,
          of.at(99.9) / MICROS,
          of.mostNanos() / MICROS);
    }
  }

  private void phases() {
    long[] phases = trace.phases();
    long sum = Arrays.stream(phases).sum();
    if (sum == 0) {
      return;
    }
    heading("where the time of requests went");
    for (int i = 0; i < phases.length; i++) {
      double share = (double) phases[i] / sum;
      out.printf(
          Locale.ROOT, "  %-12s %5.1f %% %s%n", SeenRequest.PHASES.get(i), 100 * share, bar(share));
    }
  }

  private static String bar(double share) {
    return "#".repeat((int) Math.round(share * BAR));
  }

  private void sizes() {
    heading("sizes             requests                          device operations");
    SizeCounts above = trace.requestSizes();
    SizeCounts below = trace.bioSizes();
    for (long upTo : classes(above, below)) {
      out.printf(
          Locale.ROOT,
          "  to %-11s %,9d %-22s  %,9d %s%n",
          ByteSize.show(upTo),
          above.upTo(upTo),
          half(above.upTo(upTo), above.count()),
          below.upTo(upTo),
          half(below.upTo(upTo), below.count()));
    }
    coalescing();
  }

  private static SortedSet<Long> classes(SizeCounts... counts) {
    TreeSet<Long> all = new TreeSet<>();
    for (SizeCounts each : counts) {
      each.classes().forEach(one -> all.add(one.upTo()));
    }
    return all;
  }

  private static String half(long count, long of) {
    return of == 0 ? "" : "#".repeat((int) Math.round((double) count / of * BAR * 0.75));
  }

  /** How much was put together: what came out of the mappers, and what went to devices. */
  private void coalescing() {
    SizeCounts bios = trace.bioSizes();
    out.printf(
        "  mean %s of a request, %s of a device operation%n",
        ByteSize.show(Math.round(trace.requestSizes().mean())),
        ByteSize.show(Math.round(bios.mean())));
    if (trace.mappingSizes().count() > 0 && bios.count() > 0) {
      out.printf(
          Locale.ROOT,
          "  %,d mappings became %,d operations, %.2f each%n",
          trace.mappingSizes().count(),
          bios.count(),
          (double) trace.mappingSizes().count() / bios.count());
    }
    if (bios.count() > 0) {
      out.printf(
          Locale.ROOT,
          "  %.2f pieces of memory in an operation%n",
          (double) trace.pieces() / bios.count());
    }
  }

  private void seeks() {
    SizeCounts seeks = trace.seeks();
    if (seeks.count() == 0) {
      return;
    }
    heading("distance to the operation before, on the same device");
    for (SizeCounts.SizeClass each : seeks.classes()) {
      String name = each.upTo() == 0 ? "none (in order)" : "to " + ByteSize.show(each.upTo());
      double share = (double) each.count() / seeks.count();
      out.printf(
          Locale.ROOT, "  %-16s %,9d %5.1f %% %s%n", name, each.count(), 100 * share, bar(share));
    }
  }

  // --- who, and what went wrong ---

  private void files() {
    List<FileShare> files = trace.topFiles(FILES);
    if (files.isEmpty()) {
      return;
    }
    heading(
        String.format(
            Locale.ROOT,
            "%d of %,d files        reads    writes         read      written   p99 us errors",
            files.size(),
            trace.fileCount()));
    for (FileShare each : files) {
      out.printf(
          Locale.ROOT,
          "  %s%n  %,25d %,9d %12s %12s %8.1f %6d%n",
          printable(each.name()),
          each.reads(),
          each.writes(),
          ByteSize.show(each.readBytes()),
          ByteSize.show(each.writtenBytes()),
          each.latency().at(99) / MICROS,
          each.errors());
    }
  }

  private void troubles() {
    if (trace.requestErrors() + trace.bioErrors() + trace.bounces().count() > 0) {
      heading(
          String.format(
              Locale.ROOT,
              "%,d requests and %,d operations failed; %s of memory copied in %,d pieces",
              trace.requestErrors(),
              trace.bioErrors(),
              ByteSize.show(trace.bounces().bytes()),
              trace.bounces().count()));
    }
    if (trace.incidentCount() > 0) {
      heading(String.format(Locale.ROOT, "%,d fallbacks and warnings", trace.incidentCount()));
      trace.incidents().forEach(each -> out.println("  " + printable(each)));
    }
  }
}
