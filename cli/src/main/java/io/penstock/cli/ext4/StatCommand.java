package io.penstock.cli.ext4;

import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Name;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code penstock ext4 stat IMAGE PATH...}. */
@Command(
    name = "stat",
    mixinStandardHelpOptions = true,
    description = "Shows what an inode says; of a symbolic link, its own.")
final class StatCommand extends VolumeCommand {
  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "PATH",
      description = "on the volume; <NUMBER> for an inode without a name")
  private List<String> paths;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  StatCommand() {}

  @Override
  int run(Ext4Volume volume) throws IOException {
    for (String path : paths) {
      Ext4Node node =
          path.matches("<[0-9]{1,10}>")
              ? volume.node(Long.parseLong(path.substring(1, path.length() - 1)))
              : volume.resolve(path.getBytes(StandardCharsets.UTF_8), false);
      print(path, node);
    }
    return 0;
  }

  private void row(String name, Object value) {
    out().printf(Locale.ROOT, "%13s: %s%n", name, value);
  }

  private void print(String path, Ext4Node node) throws IOException {
    Inode inode = node.inode();
    row("path", path);
    row("inode", inode.number() + ", generation " + inode.generation());
    row(
        "kind",
        inode.kind()
            + " "
            + Listing.mode(inode)
            + " ("
            + Integer.toOctalString(inode.mode())
            + ")");
    row("owner", inode.uid() + ":" + inode.gid() + ", project " + inode.project());
    row("links", inode.links());
    row("size", inode.size() + " bytes, " + inode.sectors() * 512 + " on the disk");
    row("flags", flags(inode));
    row("accessed", inode.accessTime());
    row("modified", inode.modificationTime());
    row("changed", inode.changeTime());
    if (inode.creationTime() != null) {
      row("created", inode.creationTime());
    }
    if (inode.kind() == FileKind.SYMBOLIC_LINK) {
      row("target", Listing.shown(Name.of(node.target())));
    }
    if (inode.kind() == FileKind.BLOCK_DEVICE || inode.kind() == FileKind.CHARACTER_DEVICE) {
      row("device", (inode.device() >>> 32) + ", " + (inode.device() & 0xFFFF_FFFFL));
    }
    for (String each : node.attributeNames()) {
      byte[] value = node.attribute(each);
      row("attribute", each + ", " + (value == null ? 0 : value.length) + " bytes");
    }
  }

  private static String flags(Inode inode) {
    StringBuilder text = new StringBuilder();
    for (InodeFlag each : InodeFlag.values()) {
      if (inode.has(each)) {
        text.append(text.isEmpty() ? "" : " ").append(each.name().toLowerCase(Locale.ROOT));
      }
    }
    return text.isEmpty() ? "none" : text.toString();
  }
}
