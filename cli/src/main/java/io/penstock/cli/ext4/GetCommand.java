package io.penstock.cli.ext4;

import io.penstock.cli.copy.CopyBar;
import io.penstock.cli.copy.CopyProgress;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock ext4 get IMAGE PATH TARGET}. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    description =
        "Copies a file, or a directory with all below it, from the volume: data, holes, hard and"
            + " symbolic links, permissions and times. Nothing that is there is replaced.")
final class GetCommand extends VolumeCommand {
  @Parameters(index = "1", paramLabel = "PATH", description = "on the volume")
  private String path;

  @Parameters(
      index = "2",
      paramLabel = "TARGET",
      description = "a new name, or a directory that is there")
  private Path target;

  @Option(
      names = "--progress",
      defaultValue = "auto",
      paramLabel = "WHEN",
      description = "auto (on a terminal), always or never: show a bar")
  private CopyBar.Show progress;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  GetCommand() {}

  @Override
  int run(Ext4Volume volume) throws IOException {
    Ext4Node node = volume.resolve(path.getBytes(StandardCharsets.UTF_8), false);
    Path to = target;
    if (Files.isDirectory(target)) {
      String last = path.replaceAll("/+$", "").replaceAll("^.*/", "");
      to = last.isEmpty() || last.equals(".") || last.equals("..") ? target : target.resolve(last);
    }
    try (CopyProgress bar = CopyBar.begin(progress, "get", TreeSize.of(node), err());
        TreeCopy told = new TreeCopy(bar, this::note)) {
      Extraction extraction = new Extraction(volume, told);
      extraction.copy(node, to, to.equals(target) && Files.isDirectory(target));
      return told.report(out());
    }
  }
}
