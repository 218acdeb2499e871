package io.penstock.cli.ext4;

import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.FileKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock ext4 ls IMAGE [PATH...]}. */
@Command(name = "ls", mixinStandardHelpOptions = true, description = "Lists directories.")
final class LsCommand extends VolumeCommand {
  @Parameters(
      index = "1..*",
      paramLabel = "PATH",
      defaultValue = "/",
      description = "on the volume; / if not said")
  private List<String> paths;

  @Option(names = "-l", description = "with kind, permissions, owner, size and time")
  private boolean isLong;

  @Option(names = "-a", description = "also names that begin with a dot")
  private boolean all;

  @Option(names = "-i", description = "with the numbers of inodes")
  private boolean numbers;

  @Option(names = "-U", description = "in the order of the disk, not sorted")
  private boolean unsorted;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  LsCommand() {}

  @Override
  int run(Ext4Volume volume) throws IOException {
    for (String path : paths) {
      Ext4Node node = volume.resolve(path.getBytes(StandardCharsets.UTF_8), !isLong);
      if (paths.size() > 1) {
        out().println(path + ":");
      }
      if (node.kind() != FileKind.DIRECTORY) {
        print(node, node.number(), path);
        continue;
      }
      List<DirectoryEntry> entries = new ArrayList<>();
      Ext4Node.Entries each = node.entries();
      for (DirectoryEntry next = each.next(); next != null; next = each.next()) {
        if (all || next.name().bytes()[0] != '.') {
          entries.add(next);
        }
      }
      if (!unsorted) {
        entries.sort(Comparator.comparing(DirectoryEntry::name));
      }
      for (DirectoryEntry next : entries) {
        print(isLong ? volume.node(next.inode()) : node, next.inode(), Listing.shown(next.name()));
      }
    }
    return 0;
  }

  private void print(Ext4Node node, long inode, String name) throws IOException {
    String number = numbers ? String.format("%8d ", inode) : "";
    out().println(number + (isLong ? Listing.line(node, name) : name));
  }
}
