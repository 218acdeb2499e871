package io.penstock.cli.bench;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;
import java.util.stream.Collectors;

/**
 * fio, a program in C that is the measure of what the machine can do: the same pattern, block size,
 * depth and file, direct, one job for each thread. The harness looks at the machine's counters over
 * the same part of its run that fio itself reports.
 */
final class FioEngine implements BenchEngine {
  private static final long LOOK_MILLIS = 2;
  private static final long MOST_START_MILLIS = 5000;

  /** Bytes a process has moved when it has really begun: starting it moves next to none. */
  private static final int BLOCKS_TO_BEGIN = 4;

  private final String name;
  private final List<String> engineOptions;

  FioEngine(String name, String... engineOptions) {
    this.name = name;
    this.engineOptions = List.of(engineOptions);
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
    StringTokenizer path =
        new StringTokenizer(System.getenv().getOrDefault("PATH", ""), File.pathSeparator);
    while (path.hasMoreTokens()) {
      if (Files.isExecutable(Path.of(path.nextToken(), "fio"))) {
        return Optional.empty();
      }
    }
    return Optional.of("fio is not on the PATH; install it, e.g. 'apt-get install fio'");
  }

  /** The command line. */
  List<String> command(Workload workload, Timing timing) {
    List<String> words = new ArrayList<>(List.of("fio", "--name=penstock-bench"));
    words.add("--filename=" + workload.file().toString().replace(":", "\\:"));
    words.add("--rw=" + workload.pattern());
    words.add("--bs=" + workload.blockSize());
    words.add("--size=" + workload.length());
    words.add("--iodepth=" + workload.depth());
    words.add("--numjobs=" + workload.threads());
    words.addAll(engineOptions);
    words.addAll(
        List.of(
            "--direct=1", "--norandommap", "--randrepeat=0", "--allow_file_create=0", "--thread"));
    // what is written is random, and the same again each time, as with the other engines
    words.add("--scramble_buffers=0");
    words.addAll(List.of("--time_based", "--ramp_time=" + millis(timing.ramp())));
    words.add("--runtime=" + millis(timing.runtime()));
    words.addAll(List.of("--group_reporting", "--unified_rw_reporting=1"));
    words.addAll(List.of("--clat_percentiles=0", "--lat_percentiles=1"));
    words.add(
        "--percentile_list="
            + Latencies.PERCENTILES.stream().map(String::valueOf).collect(Collectors.joining(":")));
    words.add("--output-format=json");
    return words;
  }

  private static String millis(Duration time) {
    return time.toMillis() + "ms";
  }

  @Override
  public Measurement measure(Workload workload, Timing timing) throws IOException {
    Path printed = Files.createTempFile("penstock-fio-", ".json");
    Process fio = null;
    try {
      fio =
          new ProcessBuilder(command(workload, timing))
              .redirectErrorStream(true)
              .redirectOutput(printed.toFile())
              .start();
      awaitTransfers(fio, (long) BLOCKS_TO_BEGIN * workload.blockSize());
      Thread.sleep(timing.ramp());
      Usage begin = Usage.atBegin();
      Thread.sleep(timing.runtime());
      Usage end = Usage.atEnd();
      int status = fio.waitFor();
      return seen(Files.readString(printed, StandardCharsets.UTF_8), status, begin, end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while measuring " + name);
    } finally {
      if (fio != null) {
        fio.destroyForcibly();
      }
      Files.deleteIfExists(printed);
    }
  }

  /** proc_pid_io(5): what a process has read from and written to devices. */
  private static void awaitTransfers(Process fio, long bytes) throws InterruptedException {
    Path counters = Path.of("/proc", Long.toString(fio.pid()), "io");
    for (long waited = 0; waited < MOST_START_MILLIS && fio.isAlive(); waited += LOOK_MILLIS) {
      Thread.sleep(LOOK_MILLIS);
      try {
        long moved = 0;
        for (String line : Files.readAllLines(counters)) {
          if (line.startsWith("read_bytes:") || line.startsWith("write_bytes:")) {
            moved += Long.parseLong(line.substring(line.indexOf(' ') + 1).strip());
          }
        }
        if (moved >= bytes) {
          return;
        }
      } catch (IOException | NumberFormatException e) {
        return; // it has ended, or this host does not tell
      }
    }
  }

  private Measurement seen(String printed, int status, Usage begin, Usage end) throws IOException {
    FioReport report;
    try {
      report = FioReport.parse(printed);
    } catch (IllegalArgumentException e) {
      throw failed(status, printed);
    }
    if (report.operations() == 0) {
      throw failed(status, printed.substring(0, Math.max(0, printed.indexOf('{'))));
    }
    double rate = report.operations() / report.seconds();
    CpuTimes machine = end.machine().since(begin.machine());
    return new Measurement(
        report.version() + ' ' + String.join(" ", engineOptions),
        report.seconds(),
        report.operations(),
        report.bytes(),
        report.errors(),
        report.errors() == 0 ? "" : "fio reports " + report.errors() + " errors",
        report.latencies(),
        end.microsPerOperation(machine.user(), begin, rate),
        end.microsPerOperation(machine.system(), begin, rate),
        report.cpuPercent() / 100 / rate * 1e6,
        Double.NaN);
  }

  private BlockIoException failed(int status, String said) {
    String text = said.strip().replaceAll("\\s*\\R\\s*", "; ");
    return new BlockIoException(
        Errno.EIO, "run", name, "fio ended with status " + status + " and said: " + text);
  }
}
