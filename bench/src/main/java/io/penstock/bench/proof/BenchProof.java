package io.penstock.bench.proof;

import com.sun.management.OperatingSystemMXBean;
import io.penstock.cli.bench.AccessPattern;
import io.penstock.cli.bench.BenchEngine;
import io.penstock.cli.bench.BenchEngines;
import io.penstock.cli.bench.BenchResult;
import io.penstock.cli.bench.BenchRun;
import io.penstock.cli.bench.Contender;
import io.penstock.cli.bench.Measurement;
import io.penstock.cli.bench.MemoryChoice;
import io.penstock.cli.bench.Timing;
import io.penstock.cli.bench.Workload;
import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.file.Engines;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Compares engines at places that {@code build/prove-bench} has made, and prints for every claim
 * its ratio, interval, noise and verdict. Speed is printed and not judged; the exit status is 1
 * when operations fail, when an engine is not what its name says, or when one that allocates
 * nothing does.
 */
public final class BenchProof {
  private static final int PAGE = 4096;
  private static final int MEBIBYTE = 1 << 20;
  private static final int MANY = 256;

  /** Longer than this nobody who makes progress waits for a carrier. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private final boolean quick;
  private final List<Claim> claims = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();

  private BenchProof(boolean quick) {
    this.quick = quick;
  }

  /**
   * Arguments: {@code [--quick] KIND=PATH=BYTES ...}, KIND one of ram, loop, disk. Their contents
   * are lost.
   */
  public static void main(String[] arguments) throws IOException {
    // Virtual threads find this before the first of them is started: at most 6 platform threads.
    System.setProperty("jdk.virtualThreadScheduler.maxPoolSize", "6");
    List<String> words = new ArrayList<>(List.of(arguments));
    BenchProof proof = new BenchProof(words.remove("--quick"));
    for (String word : words) {
      proof.at(Place.parse(word));
    }
    System.exit(proof.report());
  }

  private void at(Place place) throws IOException {
    manyInFlight(place);
    oneAtATime(place);
    if (!quick) {
      sequential(place, AccessPattern.READ);
      sequential(place, AccessPattern.WRITE);
    }
    if (place.kind() == Place.Kind.DISK) {
      virtualThreads(place);
      busyBeside(place, "jdk-virtual");
      busyBeside(place, "virtual");
    }
    if (place.kind() == Place.Kind.LOOP) {
      plainBuffers(place);
      idle(place);
    }
  }

  private void manyInFlight(Place place) throws IOException {
    Comparison seen =
        run(
            place,
            "4k randread, depth 32",
            workload(place, AccessPattern.RANDREAD, PAGE, 32, MemoryChoice.ARENA),
            "fio-uring,uring,uring-shared,pread,auto,jdk-direct");
    seen.atLeast(1, "uring", "fio-uring", "IOPS", Measurement::iops)
        .atMost(1.1, "uring", "fio-uring", "CPU per operation", Measurement::cpuMicros)
        .atMost(1.25, "uring-shared", "uring", "CPU per operation", Measurement::cpuMicros)
        .atLeast(0.95, "auto", seen.betterOf("uring", "pread"), "IOPS", Measurement::iops);
    if (place.kind().timesJdkDirect() > 0) {
      seen.atLeast(place.kind().timesJdkDirect(), "uring", "jdk-direct", "IOPS", Measurement::iops);
    }
    done(seen);
  }

  private void oneAtATime(Place place) throws IOException {
    Comparison seen =
        run(
            place,
            "4k randread, depth 1",
            workload(place, AccessPattern.RANDREAD, PAGE, 1, MemoryChoice.ARENA),
            "fio-psync,pread,uring,auto");
    seen.atLeast(0.95, "pread", "fio-psync", "IOPS", Measurement::iops)
        .atLeast(0.95, "auto", seen.betterOf("uring", "pread"), "IOPS", Measurement::iops);
    done(seen);
    if (seen.result().has("fio-psync") && seen.result().has("pread")) {
      double ours = seen.result().of("pread").latencies().at(50.0);
      double theirs = seen.result().of("fio-psync").latencies().at(50.0);
      System.out.printf(
          Locale.ROOT,
          "%-5s 4k randread, depth 1: p50 pread %.2f us, fio-psync %.2f us, %+.2f us%n",
          place,
          ours,
          theirs,
          ours - theirs);
    }
  }

  private void sequential(Place place, AccessPattern pattern) throws IOException {
    done(
        run(
                place,
                "1m " + pattern + ", depth 8",
                workload(place, pattern, MEBIBYTE, 8, MemoryChoice.ARENA),
                "fio-uring,uring")
            .atLeast(0.98, "uring", "fio-uring", "IOPS", Measurement::iops));
  }

  private void virtualThreads(Place place) throws IOException {
    done(
        run(
                place,
                "4k randread, 256 virtual",
                workload(place, AccessPattern.RANDREAD, PAGE, MANY, MemoryChoice.ARENA),
                "jdk-virtual,virtual")
            .atLeast(1.1, "virtual", "jdk-virtual", "IOPS", Measurement::iops)
            .atMost(1, "virtual", "jdk-virtual", "CPU per operation", Measurement::cpuMicros));
  }

  /** Whether a virtual thread that computes goes on while others read. */
  private void busyBeside(Place place, String engine) throws IOException {
    BusyThread busy = new BusyThread();
    try (busy) {
      done(
          run(
              place,
              "4k randread, 256 virtual, one computes",
              workload(place, AccessPattern.RANDREAD, PAGE, MANY, MemoryChoice.ARENA),
              engine));
    }
    boolean goesOn = busy.longestWait().compareTo(LONGEST_WAIT) < 0;
    System.out.printf(
        Locale.ROOT,
        "%-5s %s, a virtual thread that computes: runs %.0f %% of the time, waits %.1f ms at"
            + " most%n",
        place,
        engine,
        busy.share() * 100,
        busy.longestWait().toNanos() / 1e6);
    if (engine.equals("virtual") && !goesOn) {
      broken.add(place + ", " + engine + ": a virtual thread that computes was kept waiting");
    }
  }

  /** For the bytes allocated, which {@link Comparison#broken()} looks at. */
  private void plainBuffers(Place place) throws IOException {
    done(
        run(
            place,
            "4k randrw, direct ByteBuffer",
            workload(place, AccessPattern.RANDRW, PAGE, 32, MemoryChoice.DIRECT),
            "uring,uring-shared,pread"));
  }

  /** A process that has opened a shared device and does nothing: share of one processor. */
  private void idle(Place place) throws IOException {
    DeviceProvider uring =
        Engines.all().stream()
            .filter(each -> each.name().equals("uring") && each.isAvailable())
            .findFirst()
            .orElse(null);
    if (uring == null
        || !(ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean host)) {
      return;
    }
    try (HostDevice device = uring.open(place.file(), OpenMode.READ)) {
      Thread.sleep(Duration.ofMillis(500)); // compilers finish what they have begun
      long begin = System.nanoTime();
      long used = host.getProcessCpuTime();
      Thread.sleep(Duration.ofSeconds(quick ? 2 : 10));
      double share = (double) (host.getProcessCpuTime() - used) / (System.nanoTime() - begin);
      System.out.printf(
          Locale.ROOT,
          "%-5s idle, %s open: %.2f %% of one processor, claimed < 0.50: %s%n",
          place,
          device.provider(),
          share * 100,
          share < 0.005 ? "held" : "not held");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Workload workload(
      Place place, AccessPattern pattern, int blockSize, int depth, MemoryChoice memory) {
    long length = place.length() - place.length() % blockSize;
    return new Workload(place.file(), length, pattern, blockSize, depth, 1, memory);
  }

  private Comparison run(Place place, String what, Workload workload, String names)
      throws IOException {
    List<BenchEngine> engines = new ArrayList<>();
    for (String name : names.split(",", -1)) {
      engines.add(BenchEngines.named(name).orElseThrow());
    }
    BenchRun run = new BenchRun(workload, engines, BenchRun.Listener.NONE);
    int rounds = quick ? 3 : 7;
    Timing timing =
        quick
            ? new Timing(Duration.ofMillis(100), Duration.ofMillis(300))
            : new Timing(Duration.ofMillis(300), Duration.ofSeconds(2));
    BenchResult result = run.run(Duration.ofMillis(quick ? 400 : 1500), timing, rounds);
    return new Comparison(place, what, result);
  }

  private void done(Comparison seen) {
    for (Contender each : seen.result().contenders()) {
      System.out.printf(
          Locale.ROOT,
          "      %-14s %,10.0f IOPS %8.2f us CPU %8.1f us p50 %6.1f B/op  %s%n",
          each.label(),
          each.spread(Measurement::iops).median(),
          each.spread(Measurement::cpuMicros).median(),
          each.latencies().at(50.0),
          each.spread(Measurement::bytesPerOperation).median(),
          each.provider());
    }
    for (BenchResult.Skipped each : seen.result().skipped()) {
      System.out.println("      " + each.engine() + " skipped: " + each.cause());
    }
    seen.claims().forEach(System.out::println);
    claims.addAll(seen.claims());
    broken.addAll(seen.broken());
  }

  private int report() {
    System.out.println();
    claims.forEach(System.out::println);
    for (Claim.Verdict each : Claim.Verdict.values()) {
      long count = claims.stream().filter(claim -> claim.verdict() == each).count();
      System.out.print(count + " " + each + (each == Claim.Verdict.UNKNOWN ? "\n" : ", "));
    }
    broken.forEach(each -> System.out.println("BROKEN " + each));
    return broken.isEmpty() ? 0 : 1;
  }
}
