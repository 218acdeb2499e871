package io.penstock.cli.ext4;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Name;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock ext4 rm IMAGE PATH...}. */
@Command(
    name = "rm",
    mixinStandardHelpOptions = true,
    description = "Removes names; what has no other is freed.")
final class RmCommand extends VolumeCommand {
  @Parameters(index = "1..*", arity = "1..*", paramLabel = "PATH", description = "on the volume")
  private List<String> paths;

  @Option(names = "-r", description = "directories too, with all below them")
  private boolean recursive;

  @Option(names = "-f", description = "what is not there is no mistake")
  private boolean force;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  RmCommand() {}

  @Override
  boolean writes() {
    return true;
  }

  @Override
  int run(Ext4Volume volume) throws IOException {
    for (String path : paths) {
      try {
        Destination to = Destination.of(volume, path);
        remove(to.directory(), to.name());
      } catch (BlockIoException failure) {
        if (!force || !failure.is(Errno.ENOENT)) {
          throw failure;
        }
      }
    }
    return 0;
  }

  private void remove(Ext4Node directory, Name name) throws IOException {
    Ext4Node node = directory.child(name);
    if (node == null || node.kind() != FileKind.DIRECTORY || !recursive) {
      directory.unlink(name); // which says what is wrong, if something is
      return;
    }
    for (DirectoryEntry each : Subtree.entries(node)) {
      remove(node, each.name());
    }
    directory.removeDirectory(name);
  }
}
