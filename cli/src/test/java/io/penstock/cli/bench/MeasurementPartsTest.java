package io.penstock.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** What a measurement is put together from. */
class MeasurementPartsTest {
  private static final int BLOCK = 4096;

  private static Workload workload(AccessPattern pattern) {
    return new Workload(Path.of("none"), 100L * BLOCK, pattern, BLOCK, 4, 2, MemoryChoice.ARENA);
  }

  @Test
  void theMachineIsBusyInUserAndSystemButNotWhileIdleWaitingOrStolen() {
    CpuTimes before = CpuTimes.ofMachine("cpu  100 10 50 9000 300 7 3 77 5 6\ncpu0 1 2 3 4 5\n");
    CpuTimes after = CpuTimes.ofMachine("cpu  200 20 90 9900 900 17 13 99 5 6\n");
    assertEquals(new CpuTimes(1.1, 0.6), before);
    assertEquals(1.1, after.since(before).user(), 1e-9);
    assertEquals(0.6, after.since(before).system(), 1e-9);
  }

  @Test
  void aProcessIsFoundBehindANameWithBlanksAndParentheses() {
    CpuTimes times =
        CpuTimes.ofProcess("42 (a b) c) S 1 42 42 0 -1 4194560 900 0 3 0 250 150 0 0 20 0");
    assertEquals(new CpuTimes(2.5, 1.5), times);
  }

  @Test
  void timePerOperationIsOfTheWholeMachine() {
    CpuTimes none = CpuTimes.UNKNOWN;
    Usage begin = new Usage(0, none, none, 1000);
    Usage end = new Usage(2_000_000_000L, none, none, 5000);
    assertEquals(2, end.secondsSince(begin));
    assertEquals(4, end.bytesPerOperation(begin, 1000));
    // one second of processor time in two, 50,000 operations a second: 10 us each
    assertEquals(10, end.microsPerOperation(1, begin, 50_000), 1e-9);
  }

  @Test
  void theAccountsOfThisMachineGrow() {
    CpuTimes machine = CpuTimes.ofMachine();
    assertTrue(Double.isNaN(machine.user()) || machine.sum() > 0, machine.toString());
    CpuTimes process = CpuTimes.ofProcess();
    assertTrue(Double.isNaN(process.user()) || process.sum() > 0, process.toString());
  }

  @Test
  void medianAndRange() {
    assertEquals(new Spread(3, 1, 9), Spread.of(9, 1, 3));
    assertEquals(new Spread(2.5, 1, 9), Spread.of(9, 1, 3, 2));
    assertFalse(Spread.of().isKnown());
    assertFalse(Spread.of(1, Double.NaN).isKnown());
    assertTrue(Spread.of(1, 3).contains(3));
    assertFalse(Spread.of(1, 3).contains(3.1));
  }

  @Test
  void percentilesAreMicroseconds() {
    Histogram nanos = Lane.newHistogram(3);
    for (int i = 1; i <= 1000; i++) {
      nanos.recordValue(i * 1000L);
    }
    Latencies latencies = Latencies.of(nanos);
    assertEquals(500, latencies.at(50.0), 1);
    assertEquals(990, latencies.at(99.0), 1);
    assertEquals(1000, latencies.at(100.0), 1);
    assertThrows(IllegalArgumentException.class, () -> latencies.at(42.0));
  }

  @Test
  void randomPositionsAreBlocksOfTheFileAndReachAllOfThem() {
    Lane lane = new Round(workload(AccessPattern.RANDREAD), 1).newLane();
    Map<Long, Integer> seen = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      long position = lane.nextPosition();
      assertEquals(0, position % BLOCK);
      assertFalse(lane.writes());
      seen.merge(position / BLOCK, 1, Integer::sum);
    }
    assertEquals(100, seen.size());
    assertTrue(seen.keySet().stream().allMatch(block -> block >= 0 && block < 100));
  }

  @Test
  void lanesShareASequenceThatBeginsAgain() {
    Round round = new Round(workload(AccessPattern.WRITE), 2);
    List<Lane> lanes = List.of(round.newLane(), round.newSmallLane());
    for (int i = 0; i < 250; i++) {
      Lane lane = lanes.get(i % 2);
      assertEquals(i % 100 * (long) BLOCK, lane.nextPosition());
      assertTrue(lane.writes());
    }
  }

  @Test
  void halfOfAMixAreWrites() {
    Lane lane = new Round(workload(AccessPattern.RANDRW), 1).newLane();
    int writes = 0;
    for (int i = 0; i < 10_000; i++) {
      lane.nextPosition();
      writes += lane.writes() ? 1 : 0;
    }
    assertEquals(5000, writes, 300);
  }

  @Test
  void onlyWhatEndsInTheMeasuredTimeIsKeptAndWhatIsShortIsAnError() {
    Round round = new Round(workload(AccessPattern.RANDREAD), 1);
    Lane lane = round.newLane();
    lane.completed(0, 1000, BLOCK);
    assertEquals(0, round.latencies().getTotalCount());
    round.measureFromNow();
    lane.completed(0, 1000, BLOCK);
    lane.completed(0, 1000, BLOCK - 1);
    assertEquals(1, round.latencies().getTotalCount());
    assertEquals(1, round.errors());
    assertEquals("an operation moved 4095 bytes instead of 4096", round.firstError());
    round.endNow();
    assertTrue(lane.isOver());
  }

  @Test
  void fiosReport() {
    FioReport report =
        FioReport.parse(
            """
            fio: a warning
            { "fio version" : "fio-3.33", "jobs" : [ { "error" : 0, "total_err" : 1,
              "mixed" : { "io_bytes" : 8192000, "runtime" : 500, "total_ios" : 2000,
                "short_ios" : 2, "lat_ns" : { "N" : 2000, "percentile" : {
                  "50.000000" : 30000, "99.900000" : 91500 } } },
              "usr_cpu" : 25.5, "sys_cpu" : 50.0, "note" : "a \\"b\\" \\u0041", "x" : [ true, null ]
            } ] }
            """);
    assertEquals("fio-3.33", report.version());
    assertEquals(0.5, report.seconds());
    assertEquals(2000, report.operations());
    assertEquals(3, report.errors());
    assertEquals(75.5, report.cpuPercent());
    assertEquals(30, report.latencies().at(50.0));
    assertEquals(91.5, report.latencies().at(99.9));
    assertThrows(IllegalArgumentException.class, () -> FioReport.parse("fio: no such file"));
  }

  @Test
  void fioIsAskedForTheSame() {
    FioEngine fio = new FioEngine("fio-uring", "--ioengine=io_uring", "--fixedbufs");
    List<String> words =
        fio.command(
            workload(AccessPattern.RANDREAD),
            new Timing(Duration.ofMillis(100), Duration.ofMillis(1500)));
    assertTrue(
        words.containsAll(
            List.of(
                "--filename=none",
                "--rw=randread",
                "--bs=4096",
                "--size=409600",
                "--iodepth=4",
                "--numjobs=2",
                "--direct=1",
                "--norandommap",
                "--ioengine=io_uring",
                "--fixedbufs",
                "--ramp_time=100ms",
                "--runtime=1500ms")),
        words.toString());
  }

  @Test
  void aDifferenceWithinTheNoiseIsATie() throws Exception {
    // its answers in turn: first, control; backwards: control, first. Noise: 104/100
    FakeEngine first = new FakeEngine("first", 100, 98, 104, 100);
    BenchRun run =
        new BenchRun(
            workload(AccessPattern.RANDREAD),
            List.of(
                first,
                new FakeEngine("near", 103, 104),
                new FakeEngine("around", 80, 130),
                new FakeEngine("far", 150, 160),
                new FakeEngine("missing")),
            BenchRun.Listener.NONE);
    assertEquals(5, run.turns());
    BenchResult result =
        run.run(Duration.ZERO, new Timing(Duration.ZERO, Duration.ofSeconds(1)), 2);
    assertEquals(1.04, result.noise(Measurement::iops), 0.01);
    assertTrue(result.isTie(result.of("near"), Measurement::iops));
    assertTrue(result.isTie(result.of("around"), Measurement::iops));
    assertFalse(result.isTie(result.of("far"), Measurement::iops));
    assertEquals(1.55, result.of("far").ratioTo(result.first(), Measurement::iops).median(), 1e-9);
    assertEquals(List.of(new BenchResult.Skipped("missing", "there is none")), result.skipped());
    assertEquals(0, result.errors());
  }

  /** Says what it was made to say; the first engine's answers alternate with its control's. */
  private static final class FakeEngine implements BenchEngine {
    private final String name;
    private final List<Long> answers = new ArrayList<>();

    FakeEngine(String name, long... operations) {
      this.name = name;
      for (long each : operations) {
        answers.add(each);
      }
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean needsWarmUp() {
      return false;
    }

    @Override
    public Optional<String> unavailabilityCause(Workload workload) {
      return answers.isEmpty() ? Optional.of("there is none") : Optional.empty();
    }

    @Override
    public Measurement measure(Workload workload, Timing timing) {
      long operations = answers.removeFirst();
      Latencies latencies = Latencies.of(p -> p);
      return new Measurement(name, 1, operations, operations, 0, "", latencies, 1, 1, 1, 0);
    }
  }
}
