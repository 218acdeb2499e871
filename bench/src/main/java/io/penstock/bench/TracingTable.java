package io.penstock.bench;

import io.penstock.bench.TracingBenchmark.Recorder;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.DoubleStream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link TracingBenchmark} in interleaved rounds, each state of the recorder in a JVM of its
 * own, and prints what recording adds to a request. Exits with 1 when recording everything costs a
 * tenth or more of 10 µs, which is what a request has at 100,000 of them a second, or when a
 * request allocates; what is lost while nothing is recorded is only told, beside the noise.
 */
public final class TracingTable {
  /** Nanoseconds that one request has at 100,000 requests a second. */
  private static final double BUDGET_NANOS = 10_000;

  private static final double MOST_SHARE = 0.1;

  /** As in {@link EngineTable}: the measurement's own. */
  private static final double NO_BYTES = 4;

  private static final List<String> METHODS = List.of("readPage", "submitPage");

  /** What was measured of one state, one entry for each round. */
  private static final class Samples {
    private final double[] nanos;
    private final double[] process;
    private final double[] bytes;

    Samples(int rounds) {
      nanos = new double[rounds];
      process = new double[rounds];
      bytes = new double[rounds];
    }
  }

  private TracingTable() {}

  /** Arguments: {@code --full} for more rounds. */
  public static void main(String[] arguments) throws RunnerException {
    boolean full = Arrays.asList(arguments).contains("--full");
    if (arguments.length > (full ? 1 : 0)) {
      System.err.println("usage: bench-engine --traced [--full]");
      System.exit(2);
    }
    int rounds = full ? 9 : 3;
    System.err.println(
        "measuring requests that are recorded and that are not, "
            + rounds
            + " rounds; takes about "
            + rounds
            + " minutes");
    boolean broken = false;
    for (String method : METHODS) {
      Map<Recorder, Samples> samples = measure(method, rounds);
      broken |= print(method, samples);
    }
    System.exit(broken ? 1 : 0);
  }

  private static Map<Recorder, Samples> measure(String method, int rounds) throws RunnerException {
    Map<Recorder, Samples> samples = new EnumMap<>(Recorder.class);
    for (int round = 0; round < rounds; round++) {
      for (Recorder state : Recorder.values()) {
        Collection<RunResult> results = run(method, state);
        RunResult result = results.iterator().next();
        Samples into = samples.computeIfAbsent(state, absent -> new Samples(rounds));
        into.nanos[round] = least(result, CpuTimeProfiler.RESULT);
        into.process[round] = least(result, CpuTimeProfiler.PROCESS_RESULT);
        into.bytes[round] = least(result, "gc.alloc.rate.norm");
      }
    }
    return samples;
  }

  private static Collection<RunResult> run(String method, Recorder state) throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .include("\\." + TracingBenchmark.class.getSimpleName() + "\\." + method + "$")
                .param("recorder", state.name())
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuTimeProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .jvmArgs(
                    "-XX:+UseG1GC", "-Xms256m", "-Xmx256m", "--sun-misc-unsafe-memory-access=allow")
                .forks(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.milliseconds(500))
                .measurementIterations(40)
                .measurementTime(TimeValue.milliseconds(50))
                .build())
        .run();
  }

  /** The best of many short iterations: what is above it is other programs' doing. */
  private static double least(RunResult result, String name) {
    for (Map.Entry<String, Result> each : result.getSecondaryResults().entrySet()) {
      if (each.getKey().endsWith(name)) {
        return each.getValue().getStatistics().getMin();
      }
    }
    throw new IllegalStateException("no " + name + " among " + result.getSecondaryResults());
  }

  private static double median(double[] values) {
    double[] sorted = DoubleStream.of(values).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /** Returns whether a bound is broken. */
  private static boolean print(String method, Map<Recorder, Samples> samples) {
    double off = median(Objects.requireNonNull(samples.get(Recorder.OFF)).nanos);
    System.out.printf(
        Locale.ROOT,
        "%-11s %-10s %7s %15s %8s %11s %9s %6s%n",
        method,
        "recorder",
        "ns/op",
        "least..most",
        "added",
        "of 10 µs",
        "process",
        "B/op");
    boolean broken = false;
    for (Map.Entry<Recorder, Samples> each : samples.entrySet()) {
      Samples of = each.getValue();
      double nanos = median(of.nanos);
      double share = (nanos - off) / BUDGET_NANOS;
      boolean dear = each.getKey() == Recorder.ALL && share >= MOST_SHARE;
      boolean allocates = median(of.bytes) > NO_BYTES;
      broken |= dear || allocates;
      System.out.printf(
          Locale.ROOT,
          "%-11s %-10s %7.1f %15s %8.1f %10.2f%% %9.1f %6.1f %s%n",
          "",
          each.getKey().name().toLowerCase(Locale.ROOT),
          nanos,
          String.format(
              Locale.ROOT,
              "%.1f..%.1f",
              DoubleStream.of(of.nanos).min().orElseThrow(),
              DoubleStream.of(of.nanos).max().orElseThrow()),
          nanos - off,
          100 * share,
          median(of.process),
          median(of.bytes),
          (dear ? "OVER 10 %" : "") + (allocates ? " ALLOCATES" : ""));
    }
    return broken;
  }
}
