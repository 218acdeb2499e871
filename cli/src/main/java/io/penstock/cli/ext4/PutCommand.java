package io.penstock.cli.ext4;

import io.penstock.cli.copy.CopyBar;
import io.penstock.cli.copy.CopyProgress;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock ext4 put IMAGE SOURCE... TARGET}. */
@Command(
    name = "put",
    mixinStandardHelpOptions = true,
    description =
        "Copies files, or directories with all below them, to the volume: data, holes, hard and"
            + " symbolic links, owners, permissions, times and attributes of users. Nothing that is"
            + " there is replaced.")
final class PutCommand extends VolumeCommand {
  @Parameters(
      index = "1..*",
      arity = "2..*",
      paramLabel = "SOURCE... TARGET",
      description = "on the host; at last on the volume: a new name, or a directory that is there")
  private List<String> names;

  @Option(
      names = "--progress",
      defaultValue = "auto",
      paramLabel = "WHEN",
      description = "auto (on a terminal), always or never: show a bar")
  private CopyBar.Show progress;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  PutCommand() {}

  @Override
  boolean writes() {
    return true;
  }

  @Override
  int run(Ext4Volume volume) throws IOException {
    List<Path> sources = names.subList(0, names.size() - 1).stream().map(Path::of).toList();
    String target = names.getLast();
    @Nullable Ext4Node directory = Destination.directory(volume, target);
    if (directory == null && sources.size() > 1) {
      note(target + " is no directory on the volume; several files need one");
      return 2;
    }
    long total = 0;
    for (Path each : sources) {
      total += TreeSize.of(each);
    }
    try (CopyProgress bar = CopyBar.begin(progress, "put", total, err());
        TreeCopy told = new TreeCopy(bar, this::note)) {
      Insertion insertion = new Insertion(volume, told);
      for (Path each : sources) {
        if (directory != null) {
          insertion.copy(each, directory, HostNames.last(each.toRealPath()));
        } else {
          Destination to = Destination.of(volume, target);
          insertion.copy(each, to.directory(), to.name());
        }
      }
      return told.report(out());
    }
  }
}
