package io.penstock.cli;

import io.penstock.cli.copy.CopyBar;
import io.penstock.cli.copy.CopyOptions;
import io.penstock.file.Engines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
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
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SRC", description = "file or block device to read")
  private Path source;

  @Parameters(paramLabel = "DST", description = "file or block device to write")
  private Path target;

  @Option(
      names = "--block-size",
      paramLabel = "BYTES",
      defaultValue = CopyRun.BLOCK_SIZE,
      converter = BlockSize.class,
      description = "bytes of one transfer, such as 64k (default: ${DEFAULT-VALUE})")
  private int blockSize;

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = CopyRun.DEPTH,
      description = "transfers at the same time (default: ${DEFAULT-VALUE})")
  private int depth;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = Engines.AUTO,
      description = "auto, uring, pread or portable (default: ${DEFAULT-VALUE})")
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
  private CopyBar.Show progress;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  CopyCommand() {}

  @Override
  public Integer call() throws IOException {
    checkLimits();
    CommandLine command = spec.commandLine();
    asRun().run(command.getOut(), command.getErr());
    return 0;
  }

  /** What was asked for. */
  CopyRun asRun() {
    CopyOptions options = new CopyOptions(blockSize, depth, engine, sparse, verify, sync);
    return new CopyRun(source, target, options, json, progress);
  }

  private void checkLimits() {
    if (depth < 1 || depth > CopyRun.MOST_DEPTH) {
      throw new ParameterException(
          spec.commandLine(), "Invalid value for option '--depth': 1 to " + CopyRun.MOST_DEPTH);
    }
    if ((long) depth * blockSize > CopyRun.MOST_MEMORY) {
      throw new ParameterException(
          spec.commandLine(),
          "--depth times --block-size is memory, and may be "
              + ByteSize.show(CopyRun.MOST_MEMORY)
              + " at most");
    }
  }
}
