package io.penstock.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * Runs {@link EngineBenchmark} and prints what it found as one table, with the targets that are
 * missed. Exits with 1 when a request allocated memory or a megabyte cost more than its bound, both
 * of which hold on any machine; a time that is over its target is only told.
 */
public final class EngineTable {
  private static final double NANOS_PER_REQUEST = 100;
  private static final double NANOS_PER_EXTENT = 40;
  private static final double MEBIBYTE_RATIO = 1.5;

  /**
   * Bytes per request that count as none: the measurement allocates some kilobytes of its own,
   * spread over its requests, and one object per request would be 8 or more.
   */
  private static final double NO_BYTES = 4;

  /** One benchmark: its method, its name in the table, and the extents of one request. */
  private record Case(String method, String name, int extents) {}

  private static final List<Case> CASES =
      List.of(
          new Case("readPage", "read 4 KiB", 1),
          new Case("writePage", "write 4 KiB", 1),
          new Case("readMebibyte", "read 1 MiB, 1 extent", 1),
          new Case("readScattered", "read 1 MiB, 256 extents", EngineBenchmark.EXTENTS),
          new Case("submitPage", "asynchronous read 4 KiB", 1));

  private record Row(Case of, String memory, double nanos, double bytes, double ratio) {
    double nanosPerExtent() {
      return nanos / of.extents();
    }

    boolean allocates() {
      return bytes > NO_BYTES;
    }

    String remark() {
      double target = of.extents() > 1 ? NANOS_PER_EXTENT : NANOS_PER_REQUEST;
      return (allocates() ? "ALLOCATES " : "")
          + (nanosPerExtent() > target ? String.format(Locale.ROOT, "over %.0f", target) : "");
    }
  }

  private EngineTable() {}

  /** Arguments: {@code --full} for a long run. */
  public static void main(String[] arguments) throws RunnerException {
    boolean full = Arrays.asList(arguments).contains("--full");
    if (arguments.length > (full ? 1 : 0)) {
      System.err.println("usage: bench-engine [--full]");
      System.exit(2);
    }
    System.err.println(
        "measuring the engine on a device that does nothing; takes "
            + (full ? "about 10 minutes" : "about a minute"));
    Collection<RunResult> results = new Runner(options(full)).run();
    List<Row> rows = rows(results);
    print(rows);
    System.out.printf(
        Locale.ROOT,
        "the machine in this run: %.1f ns for an atomic addition, %.0f ns to copy 4 KiB%n",
        floor(results, "addAtomically"),
        floor(results, "copyPage"));
    boolean broken = rows.stream().anyMatch(Row::allocates) || followsPages(rows);
    System.exit(broken ? 1 : 0);
  }

  private static Options options(boolean full) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("\\." + EngineBenchmark.class.getSimpleName() + "\\.")
            .include("\\." + FloorBenchmark.class.getSimpleName() + "\\.")
            .addProfiler(GCProfiler.class)
            .addProfiler(CpuTimeProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            // the collector that servers use, whatever the size of this machine
            .jvmArgs(
                "-XX:+UseG1GC",
                "-Xms256m",
                "-Xmx256m",
                // JMH's own
                "--sun-misc-unsafe-memory-access=allow");
    return full
        ? options
            .forks(3)
            .warmupIterations(5)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(20)
            .measurementTime(TimeValue.milliseconds(400))
            .build()
        : options
            .forks(1)
            .warmupIterations(2)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(12)
            .measurementTime(TimeValue.milliseconds(100))
            .build();
  }

  private static List<Row> rows(Collection<RunResult> results) {
    List<Row> rows = new ArrayList<>();
    double unit = Double.NaN;
    for (Case each : CASES) {
      for (EngineBenchmark.Memory memory : EngineBenchmark.Memory.values()) {
        RunResult result = find(results, each, memory);
        // processor time, the best iteration: what is above it is other programs' doing
        double nanos = secondary(result, CpuTimeProfiler.RESULT).getMin();
        if (rows.isEmpty()) {
          unit = nanos;
        }
        rows.add(
            new Row(
                each,
                memory.name().toLowerCase(Locale.ROOT),
                nanos,
                // the iteration that saw least: code not yet compiled may allocate, a request may
                // not
                secondary(result, "gc.alloc.rate.norm").getMin(),
                nanos / unit));
      }
    }
    return rows;
  }

  private static double floor(Collection<RunResult> results, String method) {
    for (RunResult each : results) {
      if (each.getParams().getBenchmark().endsWith('.' + method)) {
        return secondary(each, CpuTimeProfiler.RESULT).getMin();
      }
    }
    throw new IllegalStateException("no result of " + method);
  }

  private static RunResult find(
      Collection<RunResult> results, Case wanted, EngineBenchmark.Memory memory) {
    for (RunResult each : results) {
      if (each.getParams().getBenchmark().endsWith('.' + wanted.method())
          && each.getParams().getParam("memory").equals(memory.name())) {
        return each;
      }
    }
    throw new IllegalStateException("no result of " + wanted.method() + " with " + memory);
  }

  private static Statistics secondary(RunResult result, String name) {
    for (Map.Entry<String, Result> each : result.getSecondaryResults().entrySet()) {
      if (each.getKey().endsWith(name)) {
        return each.getValue().getStatistics();
      }
    }
    throw new IllegalStateException("no " + name + " among " + result.getSecondaryResults());
  }

  private static void print(List<Row> rows) {
    System.out.printf(
        Locale.ROOT,
        "%-24s %-9s %7s %10s %6s %6s%n",
        "request",
        "memory",
        "ns/op",
        "ns/extent",
        "B/op",
        "ratio");
    for (Row each : rows) {
      System.out.printf(
          Locale.ROOT,
          "%-24s %-9s %7.0f %10.1f %6.1f %6.2f  %s%n",
          each.of().name(),
          each.memory(),
          each.nanos(),
          each.nanosPerExtent(),
          each.bytes(),
          each.ratio(),
          each.remark());
    }
    System.out.println(
        "ns: processor time of the best iteration. ratio: to the first line. B/op: must be 0.");
    System.out.printf(
        Locale.ROOT,
        "1 MiB to 4 KiB on 1 extent, best of each: %.2f, must be within %.1f%n",
        pagesRatio(rows),
        MEBIBYTE_RATIO);
  }

  private static boolean followsPages(List<Row> rows) {
    return pagesRatio(rows) > MEBIBYTE_RATIO;
  }

  /** Of the best of each: what makes a request follow its pages does so with every memory. */
  private static double pagesRatio(List<Row> rows) {
    return best(rows, "readMebibyte") / best(rows, "readPage");
  }

  private static double best(List<Row> rows, String method) {
    return rows.stream()
        .filter(each -> each.of().method().equals(method))
        .mapToDouble(Row::nanos)
        .min()
        .orElseThrow();
  }
}
