package io.penstock.cli;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.file.Engines;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock doctor [PATH]}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Says what direct I/O this machine offers, and whether and how it works on PATH. In a"
            + " directory it tries a temporary file.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:direct I/O works on PATH", "1:it does not, or it failed", "2:wrong usage"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  penstock doctor                 this machine, and the current directory",
      "  penstock doctor /dev/nvme0n1    a device",
      "  penstock doctor /mnt/nfs --json for machines"
    })
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      defaultValue = ".",
      description = "file, directory or block device (default: the current directory)")
  private Path path;

  @Option(names = "--json", description = "print the result for machines")
  private boolean json;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  DoctorCommand() {}

  @Override
  public Integer call() throws IOException {
    if (!Files.exists(path)) {
      throw new BlockIoException(Errno.ENOENT, "examine", path.toString(), "check the name");
    }
    MachineFacts machine = MachineFacts.gather();
    PathFacts here = PathFacts.gather(path, Engines.choose(Engines.AUTO));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(asJson(machine, here));
    } else {
      print(out, machine, here);
    }
    return here.works() ? 0 : spec.exitCodeOnExecutionException();
  }

  private static void print(PrintWriter out, MachineFacts machine, PathFacts here) {
    line(out, "kernel", machine.kernel());
    line(out, "JDK", machine.jdk());
    line(out, "io_uring", machine.ioUring());
    line(out, "locked memory", machine.lockedMemory());
    for (DeviceProvider each : Engines.all()) {
      line(out, "engine", each.name() + ": " + each.unavailabilityCause().orElse("available"));
    }
    line(out, "chosen", here.engine() + " (" + here.engineReason() + ")");
    line(out, "path", here.path() + " (" + here.kind() + ")");
    line(out, "file system", here.fileSystem());
    line(out, "direct I/O", here.alignmentText());
    here.disk().ifPresent(disk -> line(out, "disk", disk));
    line(out, "verdict", here.verdict());
    for (String remedy : remedies(machine, here)) {
      line(out, "remedy", remedy);
    }
  }

  private static void line(PrintWriter out, String name, String value) {
    out.printf("%-14s %s%n", name, value);
  }

  private static List<String> remedies(MachineFacts machine, PathFacts here) {
    List<String> remedies = new ArrayList<>();
    if (!here.remedy().isEmpty()) {
      remedies.add(here.remedy());
    }
    if (!machine.ioUringCause().isEmpty()) {
      remedies.add("io_uring: " + machine.ioUringCause());
    }
    return remedies;
  }

  private static Json asJson(MachineFacts machine, PathFacts here) {
    List<Json> engines = new ArrayList<>();
    for (DeviceProvider each : Engines.all()) {
      engines.add(
          new Json()
              .put("name", each.name())
              .put("available", each.isAvailable())
              .put("cause", each.unavailabilityCause().orElse(null)));
    }
    return machine
        .asJson()
        .put("engines", engines)
        .put("chosen", here.engine())
        .put("path", here.asJson())
        .put("verdict", here.verdict())
        .put("remedies", remedies(machine, here));
  }
}
