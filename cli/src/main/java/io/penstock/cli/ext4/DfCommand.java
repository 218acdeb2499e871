package io.penstock.cli.ext4;

import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.VolumeSpace;
import io.penstock.ext4.format.Feature;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code penstock ext4 df IMAGE}. */
@Command(
    name = "df",
    mixinStandardHelpOptions = true,
    description = "Shows what the volume is, and how full.")
final class DfCommand extends VolumeCommand {
  /** For picocli. */
  DfCommand() {}

  private void row(String name, Object value) {
    out().printf(Locale.ROOT, "%12s: %s%n", name, value);
  }

  @Override
  int run(Ext4Volume volume) throws IOException {
    VolumeSpace space = volume.space();
    String label = volume.superblock().label();
    row("volume", volume.superblock().uuid() + (label.isEmpty() ? "" : " " + label));
    row("features", features(volume));
    row("block size", space.blockSize());
    row("blocks", space.blocks());
    row("used", space.blocks() - space.freeBlocks());
    row("free", space.freeBlocks() + ", " + space.availableBlocks() + " not reserved");
    row("free bytes", space.freeBytes() + " of " + space.bytes());
    row("inodes", space.inodes());
    row("free inodes", space.freeInodes());
    if (volume.blocksInJournal() > 0) {
      row("journal", volume.blocksInJournal() + " blocks are seen as they are in the journal");
    }
    return 0;
  }

  private static String features(Ext4Volume volume) {
    return volume.superblock().featureSet().stream()
        .map(Feature::label)
        .collect(Collectors.joining(" "));
  }
}
