package io.penstock.cli.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What fio prints with {@code --output-format=json --unified_rw_reporting=1 --group_reporting}, as
 * far as it is of interest.
 *
 * @param version of fio
 * @param seconds measured
 * @param operations in these
 * @param bytes moved by them
 * @param errors failed or short operations
 * @param latencies from submission to completion
 * @param cpuPercent of one processor that fio's threads used
 */
record FioReport(
    String version,
    double seconds,
    long operations,
    long bytes,
    long errors,
    Latencies latencies,
    double cpuPercent) {

  /**
   * Reads it; lines before it, which fio prints as warnings, are skipped.
   *
   * @throws IllegalArgumentException when it is not there
   */
  static FioReport parse(String printed) {
    int begin = printed.indexOf('{');
    if (begin < 0) {
      throw new IllegalArgumentException("no JSON in what fio printed: " + printed.strip());
    }
    Map<String, @Nullable Object> all = JsonReader.object(printed.substring(begin));
    Map<?, ?> job = map(list(all, "jobs").getFirst());
    Map<?, ?> mixed = map(job.get("mixed"));
    Map<?, ?> latency = map(mixed.get("lat_ns"));
    Map<?, ?> percentiles = map(latency.get("percentile"));
    return new FioReport(
        String.valueOf(all.get("fio version")),
        number(mixed, "runtime") / 1e3,
        (long) number(mixed, "total_ios"),
        (long) number(mixed, "io_bytes"),
        (long) (number(job, "total_err") + number(mixed, "short_ios")),
        Latencies.of(p -> number(percentiles, String.format(Locale.ROOT, "%.6f", p))),
        number(job, "usr_cpu") + number(job, "sys_cpu"));
  }

  private static List<?> list(Map<?, ?> object, String name) {
    if (object.get(name) instanceof List<?> list && !list.isEmpty()) {
      return list;
    }
    throw new IllegalArgumentException("fio printed no '" + name + "'");
  }

  private static Map<?, ?> map(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException("fio printed something else than an object: " + value);
  }

  private static double number(Map<?, ?> object, String name) {
    return object.get(name) instanceof Double number ? number : 0;
  }
}
