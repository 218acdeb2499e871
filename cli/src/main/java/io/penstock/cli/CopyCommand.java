package io.penstock.cli;

import io.penstock.cli.copy.Copy;
import io.penstock.cli.copy.CopyOptions;
import io.penstock.cli.copy.CopyProgress;
import io.penstock.cli.copy.CopyReport;
import io.penstock.file.Engines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock copy SRC DST}. */
@Command(
    name = "copy",
    mixinStandardHelpOptions = true,
    description =
        "Copies a file or block device to a file or block device, past the page cache. A file"
            + " appears under its name only when it is complete.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  penstock copy vm.img /backup/vm.img --sync --verify",
      "  penstock copy /dev/sdb disk.img --sparse always --block-size 4m",
      "  penstock copy disk.img /dev/sdb --depth 16 --progress never"
    })
final class CopyCommand implements Callable<Integer> {
  private static final int MOST_DEPTH = 1024;
  private static final long MOST_MEMORY = 4L << 30;

  /** When a progress bar is shown. */
  enum Show {
    /** On a terminal. */
    AUTO,
    /** Always. */
    ALWAYS,
    /** Never. */
    NEVER
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SRC", description = "file or block device to read")
  private Path source;

  @Parameters(paramLabel = "DST", description = "file or block device to write")
  private Path target;

  @Option(
      names = "--block-size",
      paramLabel = "BYTES",
      defaultValue = "1m",
      converter = ByteSize.class,
      description = "bytes of one transfer, such as 64k (default: ${DEFAULT-VALUE})")
  private int blockSize;

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "8",
      description = "transfers at the same time (default: ${DEFAULT-VALUE})")
  private int depth;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = Engines.AUTO,
      description = "auto, pread or portable (default: ${DEFAULT-VALUE})")
  private String engine;

  @Option(
      names = "--sparse",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description =
          "auto: holes stay holes; always: zeros become holes too; never: holes become zeros"
              + " (default: ${DEFAULT-VALUE})")
  private CopyOptions.Sparse sparse;

  @Option(names = "--verify", description = "read both back and compare")
  private boolean verify;

  @Option(names = "--sync", description = "make the copy durable before saying it is done")
  private boolean sync;

  @Option(names = "--json", description = "print the result for machines")
  private boolean json;

  @Option(
      names = "--progress",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description = "show a bar: auto (on a terminal), always, never (default: ${DEFAULT-VALUE})")
  private Show progress;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  CopyCommand() {}

  @Override
  public Integer call() throws IOException {
    checkLimits();
    CopyOptions options = new CopyOptions(blockSize, depth, engine, sparse, verify, sync);
    CopyReport report = new Copy(source, target, options, this::newBar).run();
    spec.commandLine().getOut().println(json ? asJson(report) : asLine(report));
    return 0;
  }

  private void checkLimits() {
    if (depth < 1 || depth > MOST_DEPTH) {
      throw new ParameterException(
          spec.commandLine(), "Invalid value for option '--depth': 1 to " + MOST_DEPTH);
    }
    if ((long) depth * blockSize > MOST_MEMORY) {
      throw new ParameterException(
          spec.commandLine(),
          "--depth times --block-size is memory, and may be "
              + ByteSize.show(MOST_MEMORY)
              + " at most");
    }
  }

  private CopyProgress newBar(String task, long total) {
    boolean shown =
        switch (progress) {
          case ALWAYS -> true;
          case NEVER -> false;
          case AUTO -> Terminal.isErrorStream();
        };
    return shown ? new CopyBar(task, total, spec.commandLine().getErr()) : CopyProgress.NONE;
  }

  private String asLine(CopyReport report) {
    String cache =
        report.pageCacheGrowth().isEmpty()
            ? "page cache growth unknown"
            : "page cache +" + ByteSize.show(report.pageCacheGrowth().getAsLong());
    return "copied "
        + exactly(report.bytes())
        + ", holes "
        + ByteSize.show(report.holes())
        + ", in "
        + String.format(Locale.ROOT, "%.3f s", report.seconds())
        + ", "
        + ByteSize.showSpeed(report.bytesPerSecond())
        + ", engine "
        + report.engine()
        + ", "
        + cache
        + (report.verified() ? ", verified" : "")
        + (report.durable() ? ", durable" : "");
  }

  private static String exactly(long bytes) {
    String shown = ByteSize.show(bytes);
    return bytes < 1024 ? shown : bytes + " bytes (" + shown + ")";
  }

  private Json asJson(CopyReport report) {
    var growth = report.pageCacheGrowth();
    return new Json()
        .put("source", source)
        .put("destination", target)
        .put("bytes", report.bytes())
        .put("holes", report.holes())
        .put("seconds", report.seconds())
        .put("bytesPerSecond", Math.round(report.bytesPerSecond()))
        .put("engine", report.engine())
        .put("engineReason", report.engineReason())
        .put("pageCacheGrowth", growth.isPresent() ? growth.getAsLong() : null)
        .put("verified", report.verified())
        .put("durable", report.durable());
  }
}
