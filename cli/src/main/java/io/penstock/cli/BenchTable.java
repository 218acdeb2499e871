package io.penstock.cli;

import io.penstock.cli.bench.BenchResult;
import io.penstock.cli.bench.Contender;
import io.penstock.cli.bench.Latencies;
import io.penstock.cli.bench.Measurement;
import io.penstock.cli.bench.Spread;
import io.penstock.cli.bench.Workload;
import java.io.PrintWriter;
import java.util.Locale;

/** The result of {@code penstock bench} for people. */
final class BenchTable {
  private static final String ROW = "%-14s %9s %8s %8s %8s %8s %7s %7s %8s  %-24s %s%n";

  private BenchTable() {}

  static void print(BenchResult result, PrintWriter out) {
    out.println(headline(result));
    out.printf(
        ROW,
        "engine",
        "IOPS",
        "MB/s",
        "p50 us",
        "p99 us",
        "p99.9",
        "user us",
        "sys us",
        "B/op",
        "IOPS ratio (range)",
        "in use");
    for (Contender each : result.contenders()) {
      printRow(out, result, each);
    }
    out.println(explanation(result));
    for (Contender each : result.contenders()) {
      if (each.errors() > 0) {
        out.println(
            each.label() + ": " + each.errors() + " failed operations: " + firstError(each));
      }
    }
    for (BenchResult.Skipped each : result.skipped()) {
      out.println("skipped " + each.engine() + ": " + each.cause());
    }
  }

  /** What was done, in one line. */
  static String headline(BenchResult result) {
    Workload workload = result.workload();
    return String.format(
        Locale.ROOT,
        "%s, %s blocks, depth %d, %d thread%s, %s of %s; medians of %d rounds of %.2f s",
        workload.pattern(),
        ByteSize.show(workload.blockSize()),
        workload.depth(),
        workload.threads(),
        workload.threads() == 1 ? "" : "s",
        ByteSize.show(workload.length()),
        workload.file(),
        result.rounds(),
        result.timing().runtime().toMillis() / 1e3);
  }

  private static void printRow(PrintWriter out, BenchResult result, Contender each) {
    Latencies latencies = each.latencies();
    out.printf(
        Locale.ROOT,
        ROW,
        each.label(),
        number("%,.0f", each.spread(Measurement::iops).median()),
        number("%,.1f", each.spread(Measurement::megabytesPerSecond).median()),
        number("%,.1f", latencies.at(50.0)),
        number("%,.1f", latencies.at(99.0)),
        number("%,.1f", latencies.at(99.9)),
        number("%.2f", each.spread(Measurement::userMicros).median()),
        number("%.2f", each.spread(Measurement::systemMicros).median()),
        number("%,.1f", each.spread(Measurement::bytesPerOperation).median()),
        ratio(result, each),
        each.provider());
  }

  private static String ratio(BenchResult result, Contender each) {
    if (each == result.first()) {
      return "1";
    }
    Spread ratio = each.ratioTo(result.first(), Measurement::iops);
    String text =
        String.format(Locale.ROOT, "%.2f (%.2f..%.2f)", ratio.median(), ratio.low(), ratio.high());
    return !each.isControl() && result.isTie(each, Measurement::iops) ? text + " tie" : text;
  }

  private static String explanation(BenchResult result) {
    return String.format(
        Locale.ROOT,
        "user, sys: microseconds of all processors of the machine per operation. control: %s once"
            + " more; up to a factor of %.3f in IOPS and %.3f in CPU is noise here, and called a"
            + " tie.",
        result.first().label(),
        result.noise(Measurement::iops),
        result.noise(Measurement::cpuMicros));
  }

  private static String firstError(Contender each) {
    return each.rounds().stream()
        .map(Measurement::firstError)
        .filter(error -> !error.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }
}
