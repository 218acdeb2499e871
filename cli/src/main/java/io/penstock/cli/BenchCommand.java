package io.penstock.cli;

import io.penstock.cli.bench.AccessPattern;
import io.penstock.cli.bench.BenchEngine;
import io.penstock.cli.bench.BenchEngines;
import io.penstock.cli.bench.BenchResult;
import io.penstock.cli.bench.BenchRun;
import io.penstock.cli.bench.BenchTarget;
import io.penstock.cli.bench.MemoryChoice;
import io.penstock.cli.bench.Timing;
import io.penstock.cli.bench.VolumeEngine;
import io.penstock.cli.bench.Workload;
import io.penstock.cli.copy.Terminal;
import io.penstock.cli.page.BenchPage;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description =
        "Measures ways to do file I/O side by side, on the same file, in rounds that alternate, and"
            + " prints one table. Without options it needs half a minute and a scratch file in the"
            + " current directory, which it removes.",
    sortOptions = false,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:measured", "1:failed, or operations failed", "2:wrong usage"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  penstock bench",
      "  penstock bench --engines pread,jdk-direct,fio-psync --depth 1",
      "  penstock bench --file /dev/nvme1n1 --runtime 10 --rounds 5 --html report.html",
      "  penstock bench --file /mnt/disk --size 4g --rw write --bs 1m --depth 8 --json -",
      "  penstock bench --volume disk.img --file /var/data.db"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int MOST_DEPTH = 1024;
  private static final int MOST_THREADS = 256;
  private static final long MOST_MEMORY = 1L << 30;
  private static final long DEFAULT_SIZE = 256L << 20;
  private static final String STANDARD_OUTPUT = "-";
  private static final String CARRIERS = "jdk.virtualThreadScheduler.maxPoolSize";
  private static final String BUSY_CARRIERS = "jdk.virtualThreadScheduler.parallelism";

  @Spec private CommandSpec spec;

  @Option(
      names = "--file",
      paramLabel = "PATH",
      description =
          "file or block device; one that is not there is made, and removed afterwards; in a"
              + " directory, a scratch file (default: the current directory)")
  private @Nullable Path file;

  @Option(
      names = "--volume",
      paramLabel = "IMAGE",
      description =
          "an ext2, ext3 or ext4 volume that is not mounted, a file or block device; --file is a"
              + " file that is there on it")
  private @Nullable Path volume;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      converter = FileSize.class,
      description =
          "bytes of the file to use (default: all of one that is there; 256m of a new one)")
  private @Nullable Long size;

  @Option(
      names = "--rw",
      paramLabel = "PATTERN",
      defaultValue = "randread",
      description = "randread, randwrite, read, write or randrw (default: ${DEFAULT-VALUE})")
  private AccessPattern pattern;

  @Option(
      names = "--overwrite",
      description = "allow a file or device that is there to be written: its contents are lost")
  private boolean overwrite;

  @Option(
      names = "--bs",
      paramLabel = "BYTES",
      defaultValue = "4k",
      converter = BlockSize.class,
      description = "bytes of one operation (default: ${DEFAULT-VALUE})")
  private int blockSize;

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "32",
      description =
          "operations in flight per thread, or virtual threads; engines that wait for each"
              + " operation have one (default: ${DEFAULT-VALUE})")
  private int depth;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "threads that begin operations (default: ${DEFAULT-VALUE})")
  private int threads;

  @Option(
      names = "--runtime",
      paramLabel = "SECONDS",
      description = "of each turn (default: so that all is done in half a minute, 3 at most)")
  private @Nullable Double runtime;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "turns of every engine (default: ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--engines",
      paramLabel = "LIST",
      split = ",",
      description =
          "engines to compare, separated by commas; the others are compared with the first. All"
              + " there are: ${COMPLETION-CANDIDATES}",
      completionCandidates = EngineNames.class)
  private @Nullable List<String> engines;

  @Option(
      names = "--memory",
      paramLabel = "KIND",
      defaultValue = "arena",
      description = "buffers: arena, or direct for plain ByteBuffers (default: ${DEFAULT-VALUE})")
  private MemoryChoice memory;

  @Option(
      names = "--carriers",
      paramLabel = "N",
      defaultValue = "6",
      description = "most platform threads below virtual ones (default: ${DEFAULT-VALUE})")
  private int carriers;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write all rounds for machines; - for standard output, and nothing else there")
  private @Nullable String json;

  @Option(names = "--html", paramLabel = "FILE", description = "write a page with charts")
  private @Nullable Path html;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  BenchCommand() {}

  /** Names for the help. */
  static final class EngineNames extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    EngineNames() {
      super(BenchEngines.names());
    }
  }

  @Override
  public Integer call() throws IOException {
    checkLimits();
    List<BenchEngine> chosen = chosenEngines();
    requireFolder(html);
    requireFolder(jsonFile());
    limitCarriers();
    try (BenchTarget target = target()) {
      Workload workload =
          new Workload(
              target.file(), target.usable(blockSize), pattern, blockSize, depth, threads, memory);
      return measure(workload, chosen);
    }
  }

  private BenchTarget target() throws IOException {
    Optional<Long> bytes = Optional.ofNullable(size);
    Path image = volume;
    if (image != null) {
      return BenchTarget.onVolume(image, pathOnVolume(), bytes, pattern.writes(), overwrite);
    }
    return BenchTarget.prepare(
        Optional.ofNullable(file), bytes, DEFAULT_SIZE, pattern.writes(), overwrite);
  }

  private String pathOnVolume() {
    Path path = file;
    if (path == null) {
      throw wrong("--volume wants --file, a file that is there on the volume");
    }
    return path.toString();
  }

  private int measure(Workload workload, List<BenchEngine> chosen) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    ProgressLine progress = new ProgressLine(err, Terminal.isErrorStream());
    BenchRun run = new BenchRun(workload, chosen, progress::show);
    if (run.turns() == 0) {
      throw new UnsupportedOperationException(
          "none of these engines can be used here: " + run.skipped());
    }
    Plan plan = Plan.of(toDouble(runtime), run.turns(), rounds);
    BenchResult result = run.run(plan.warmUp(), plan.timing(), rounds);
    progress.clear();
    report(result);
    return result.errors() == 0 ? 0 : spec.exitCodeOnExecutionException();
  }

  private static OptionalDouble toDouble(@Nullable Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private void report(BenchResult result) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path jsonFile = jsonFile();
    if (jsonFile != null) {
      Files.writeString(jsonFile, BenchJson.of(result).toString() + '\n');
    }
    if (html != null) {
      String headline = BenchTable.headline(result);
      Files.writeString(html, new BenchPage(result, headline, machine()).draw());
    }
    if (STANDARD_OUTPUT.equals(json)) {
      out.println(BenchJson.of(result));
    } else {
      BenchTable.print(result, out);
    }
  }

  private @Nullable Path jsonFile() {
    return json == null || json.equals(STANDARD_OUTPUT) ? null : Path.of(json);
  }

  /** Half a minute later would be too late to say so. */
  private static void requireFolder(@Nullable Path report) throws IOException {
    Path folder = report == null ? null : report.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new BlockIoException(
          Errno.ENOENT, "write", folder.toString(), "there is no such directory; make it first");
    }
  }

  private static String machine() {
    MachineFacts facts = MachineFacts.gather();
    int processors = Runtime.getRuntime().availableProcessors();
    return facts.kernel() + ", " + processors + " processors, JDK " + facts.jdk();
  }

  private List<BenchEngine> chosenEngines() {
    if (volume != null) {
      if (engines != null) {
        throw wrong("--engines cannot be chosen with --volume: one only knows volumes");
      }
      return List.of(new VolumeEngine(pathOnVolume()));
    }
    List<BenchEngine> chosen = new ArrayList<>();
    for (String name : engines == null ? BenchEngines.usual() : engines) {
      chosen.add(
          BenchEngines.named(name)
              .orElseThrow(
                  () ->
                      wrong(
                          "Invalid value for option '--engines': there is no '"
                              + name
                              + "'; use "
                              + String.join(", ", BenchEngines.names()))));
    }
    return chosen;
  }

  /** Virtual threads find what is set before the first of them is started. */
  private void limitCarriers() {
    if (System.getProperty(CARRIERS) == null) {
      int processors = Runtime.getRuntime().availableProcessors();
      System.setProperty(CARRIERS, Integer.toString(carriers));
      System.setProperty(BUSY_CARRIERS, Integer.toString(Math.min(carriers, processors)));
    }
  }

  private void checkLimits() {
    within("--depth", depth, MOST_DEPTH);
    within("--threads", threads, MOST_THREADS);
    within("--rounds", rounds, 1000);
    within("--carriers", carriers, 1 << 15);
    if (runtime != null && !(runtime >= Plan.SHORTEST && runtime <= Plan.LONGEST)) {
      throw wrong(
          "Invalid value for option '--runtime': "
              + Plan.SHORTEST
              + " to "
              + Plan.LONGEST
              + " seconds");
    }
    if ((long) depth * threads * blockSize > MOST_MEMORY) {
      throw wrong(
          "--depth times --threads times --bs is memory, and may be "
              + ByteSize.show(MOST_MEMORY)
              + " at most");
    }
  }

  private void within(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw wrong("Invalid value for option '" + option + "': 1 to " + most);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /**
   * How long everything takes.
   *
   * @param warmUp of each engine
   * @param timing of each turn
   */
  record Plan(Duration warmUp, Timing timing) {
    static final double SHORTEST = 0.1;
    static final double LONGEST = 3600;

    /** What all turns together may take when nobody says how long one is; seconds. */
    private static final double BUDGET = 25;

    /** A short one has to do with less around it. */
    private static final Duration SHORT_WARM_UP = Duration.ofMillis(400);

    private static final Duration SHORT_RAMP = Duration.ofMillis(100);
    private static final double LONG_WARM_UP = 3;
    private static final double LONG_RAMP = 0.3;
    private static final double MOST_BY_DEFAULT = 3;

    /** Opening, starting a process, waiting for the last operations. */
    private static final double AROUND = 0.12;

    static Plan of(OptionalDouble runtime, int turns, int rounds) {
      if (runtime.isPresent()) {
        double asked = runtime.getAsDouble();
        return new Plan(
            seconds(Math.min(LONG_WARM_UP, 2 * asked)),
            new Timing(seconds(Math.min(LONG_RAMP, asked / 2)), seconds(asked)));
      }
      double warming = seconds(SHORT_WARM_UP) * turns;
      double each = (BUDGET - warming) / (turns * rounds) - seconds(SHORT_RAMP) - AROUND;
      return new Plan(
          SHORT_WARM_UP,
          new Timing(SHORT_RAMP, seconds(Math.clamp(each, SHORTEST, MOST_BY_DEFAULT))));
    }

    private static Duration seconds(double value) {
      return Duration.ofMillis(Math.round(value * 1000));
    }

    private static double seconds(Duration value) {
      return value.toMillis() / 1e3;
    }
  }
}
