package io.penstock.cli.ext4;

import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Name;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock ext4 tree IMAGE [PATH]}. */
@Command(
    name = "tree",
    mixinStandardHelpOptions = true,
    description = "Shows a directory and all below it.")
final class TreeCommand extends VolumeCommand {
  @Parameters(
      index = "1",
      paramLabel = "PATH",
      defaultValue = "/",
      description = "on the volume; / if not said")
  private String path;

  @Option(
      names = {"-L", "--levels"},
      paramLabel = "N",
      defaultValue = "1000",
      description = "not deeper than this")
  private int levels;

  private final Set<Long> seen = new HashSet<>();
  private long directories;
  private long others;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  TreeCommand() {}

  @Override
  int run(Ext4Volume volume) throws IOException {
    out().println(path);
    below(volume.resolve(path), "", levels);
    out().println();
    out().println(directories + " directories, " + others + " other names");
    return 0;
  }

  private void below(Ext4Node node, String indent, int left) throws IOException {
    if (left <= 0) {
      return;
    }
    if (!seen.add(node.number())) {
      note("directory " + node.number() + " has two names, or is inside itself; shown once");
      return;
    }
    List<DirectoryEntry> entries = Subtree.entries(node);
    entries.sort(Comparator.comparing(DirectoryEntry::name));
    for (int i = 0; i < entries.size(); i++) {
      DirectoryEntry each = entries.get(i);
      boolean last = i == entries.size() - 1;
      Ext4Node child = node.volume().node(each.inode());
      String target =
          child.kind() == FileKind.SYMBOLIC_LINK
              ? " -> " + Listing.shown(Name.of(child.target()))
              : "";
      out().println(indent + (last ? "`-- " : "|-- ") + Listing.shown(each.name()) + target);
      if (child.kind() == FileKind.DIRECTORY) {
        directories++;
        below(child, indent + (last ? "    " : "|   "), left - 1);
      } else {
        others++;
      }
    }
  }
}
