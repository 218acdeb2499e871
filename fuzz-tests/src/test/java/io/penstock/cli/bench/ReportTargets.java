package io.penstock.cli.bench;

import io.penstock.testkit.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What other programs and /proc print. */
public final class ReportTargets {
  private static final String FIO =
      "fio: warning\n{\"fio version\":\"fio-3.33\",\"jobs\":[{\"total_err\":0,\"usr_cpu\":1.5,"
          + "\"sys_cpu\":2e0,\"mixed\":{\"runtime\":1000,\"total_ios\":5,\"io_bytes\":20480,"
          + "\"short_ios\":0,\"lat_ns\":{\"percentile\":{\"50.000000\":10,\"99.000000\":20}}}}]}";
  private static final String JSON =
      "{\"a\":[1,-2.5e3,true,false,null,\"\\u00e9\\n\\\\\"],\"b\":{\"c\":{}}}";
  private static final String STAT = "cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 2 3\n";
  private static final String SELF = "1 (a ) b) S 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20";

  private ReportTargets() {}

  /** All of them. */
  public static List<FuzzTarget> all() {
    return List.of(
        text("json", JSON, in -> JsonReader.object(in).size()),
        text("fio-report", FIO, in -> FioReport.parse(in).version().isEmpty()),
        text("proc-stat", STAT, in -> CpuTimes.ofMachine(in).sum() > 0),
        text("proc-self-stat", SELF, in -> CpuTimes.ofProcess(in).sum() > 0));
  }

  /** What reads a text. */
  private interface Reader {
    Object read(String text);
  }

  private static FuzzTarget text(String name, String seed, Reader reader) {
    return FuzzTarget.of(
        name,
        List.of(seed.getBytes(StandardCharsets.UTF_8)),
        IllegalArgumentException.class,
        input -> reader.read(input.text()));
  }
}
