package io.penstock.cli.ext4;

import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock ext4 ln IMAGE TARGET NAME}. */
@Command(
    name = "ln",
    mixinStandardHelpOptions = true,
    description = "Gives a file of the volume another name, or makes a symbolic link.")
final class LnCommand extends VolumeCommand {
  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      description = "the file, on the volume; with -s what the link says, whatever it is")
  private String target;

  @Parameters(index = "2", paramLabel = "NAME", description = "the new name, on the volume")
  private String name;

  @Option(names = "-s", description = "a symbolic link")
  private boolean symbolic;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  LnCommand() {}

  @Override
  boolean writes() {
    return true;
  }

  @Override
  int run(Ext4Volume volume) throws IOException {
    Destination to = Destination.of(volume, name);
    byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
    if (symbolic) {
      var _ = to.directory().createSymbolicLink(to.name(), bytes);
    } else {
      Ext4Node node = volume.resolve(bytes, false);
      to.directory().link(to.name(), node);
    }
    return 0;
  }
}
