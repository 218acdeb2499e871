package io.penstock.cli;

import io.penstock.cli.bench.BenchResult;
import io.penstock.cli.bench.Contender;
import io.penstock.cli.bench.Latencies;
import io.penstock.cli.bench.Measurement;
import io.penstock.cli.bench.Spread;
import io.penstock.cli.bench.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The result of {@code penstock bench} for machines: every round, and what is made of them. */
final class BenchJson {
  private BenchJson() {}

  static Json of(BenchResult result) {
    Workload workload = result.workload();
    List<Json> rounds = new ArrayList<>();
    for (int i = 0; i < result.rounds(); i++) {
      for (Contender each : result.contenders()) {
        rounds.add(round(workload, each, i + 1, each.rounds().get(i)));
      }
    }
    return new Json()
        .put("file", workload.file())
        .put("size", workload.length())
        .put("memory", workload.memory())
        .put("runtime_s", result.timing().runtime().toMillis() / 1e3)
        .put("rounds", rounds)
        .put("summary", result.contenders().stream().map(each -> summary(result, each)).toList())
        .put("skipped", result.skipped().stream().map(BenchJson::skipped).toList());
  }

  private static Json round(Workload workload, Contender each, int number, Measurement seen) {
    Latencies latencies = seen.latencies();
    return new Json()
        .put("engine", each.label())
        .put("round", number)
        .put("provider", seen.provider())
        .put("rw", workload.pattern())
        .put("bs", workload.blockSize())
        .put("depth", workload.depth())
        .put("threads", workload.threads())
        .put("seconds", seen.seconds())
        .put("operations", seen.operations())
        .put("iops", seen.iops())
        .put("mb_s", seen.megabytesPerSecond())
        .put("p50_us", latencies.at(50.0))
        .put("p99_us", latencies.at(99.0))
        .put("p999_us", latencies.at(99.9))
        .put("max_us", latencies.at(100.0))
        .put("cpu_us_per_op", seen.cpuMicros())
        .put("cpu_user_us_per_op", seen.userMicros())
        .put("cpu_system_us_per_op", seen.systemMicros())
        .put("process_cpu_us_per_op", seen.processMicros())
        .put("bytes_per_op", seen.bytesPerOperation())
        .put("errors", seen.errors())
        .put("first_error", seen.firstError().isEmpty() ? null : seen.firstError());
  }

  private static Json summary(BenchResult result, Contender each) {
    return new Json()
        .put("engine", each.label())
        .put("iops", each.spread(Measurement::iops).median())
        .put("iops_ratio", ratio(result, each, Measurement::iops))
        .put("cpu_us_per_op", each.spread(Measurement::cpuMicros).median())
        .put("cpu_ratio", ratio(result, each, Measurement::cpuMicros))
        .put("bytes_per_op", each.spread(Measurement::bytesPerOperation).median())
        .put("errors", each.errors());
  }

  private static Json ratio(
      BenchResult result, Contender each, ToDoubleFunction<Measurement> figure) {
    Spread ratio = each.ratioTo(result.first(), figure);
    return new Json()
        .put("median", ratio.median())
        .put("low", ratio.low())
        .put("high", ratio.high())
        .put("noise", result.noise(figure))
        .put("tie", result.isTie(each, figure));
  }

  private static Json skipped(BenchResult.Skipped each) {
    return new Json().put("engine", each.engine()).put("cause", each.cause());
  }
}
