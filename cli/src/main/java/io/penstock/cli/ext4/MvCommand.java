package io.penstock.cli.ext4;

import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock ext4 mv IMAGE SOURCE... TARGET}. */
@Command(
    name = "mv",
    mixinStandardHelpOptions = true,
    description = "Moves files and directories on the volume, or gives one another name.")
final class MvCommand extends VolumeCommand {
  @Parameters(
      index = "1..*",
      arity = "2..*",
      paramLabel = "SOURCE... TARGET",
      description = "on the volume; at last a new name, or a directory that is there")
  private List<String> paths;

  @Option(names = "-n", description = "replace nothing")
  private boolean keeps;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  MvCommand() {}

  @Override
  boolean writes() {
    return true;
  }

  @Override
  int run(Ext4Volume volume) throws IOException {
    String target = paths.getLast();
    @Nullable Ext4Node directory = Destination.directory(volume, target);
    if (directory == null && paths.size() > 2) {
      note(target + " is no directory on the volume; several files need one");
      return 2;
    }
    for (String each : paths.subList(0, paths.size() - 1)) {
      Destination from = Destination.of(volume, each);
      Destination to =
          directory == null
              ? Destination.of(volume, target)
              : new Destination(directory, from.name());
      volume.rename(from.directory(), from.name(), to.directory(), to.name(), !keeps);
    }
    return 0;
  }
}
