package io.penstock.cli.ext4;

import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Name;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock ext4 mkdir IMAGE PATH...}. */
@Command(
    name = "mkdir",
    mixinStandardHelpOptions = true,
    description = "Makes directories; they belong to whom the one they are in does.")
final class MkdirCommand extends VolumeCommand {
  @Parameters(index = "1..*", arity = "1..*", paramLabel = "PATH", description = "on the volume")
  private List<String> paths;

  @Option(names = "-p", description = "with those above it; one that is there is no mistake")
  private boolean parents;

  @Option(
      names = {"-m", "--mode"},
      defaultValue = "755",
      paramLabel = "MODE",
      description = "permissions, octal; ${DEFAULT-VALUE} if not said")
  private String mode;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  MkdirCommand() {}

  @Override
  boolean writes() {
    return true;
  }

  @Override
  int run(Ext4Volume volume) throws IOException {
    int permissions = Integer.parseInt(mode, 8);
    for (String path : paths) {
      if (parents) {
        makeAll(volume, path, permissions);
      } else {
        Destination to = Destination.of(volume, path);
        var _ = to.directory().createDirectory(to.name(), permissions);
      }
    }
    return 0;
  }

  private static void makeAll(Ext4Volume volume, String path, int permissions) throws IOException {
    StringBuilder above = new StringBuilder("/");
    for (String each : path.split("/", -1)) {
      if (each.isEmpty()) {
        continue;
      }
      Ext4Node directory = volume.resolve(above.toString());
      above.append(each).append('/');
      Ext4Node there = directory.child(Name.of(each));
      boolean leadsOn =
          there != null
              && (there.kind() == FileKind.DIRECTORY || there.kind() == FileKind.SYMBOLIC_LINK);
      if (!leadsOn) {
        var _ = directory.createDirectory(Name.of(each), permissions);
      }
    }
  }
}
