package io.penstock.cli.ext4;

import io.penstock.core.map.MappingKind;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.FileRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code penstock ext4 map IMAGE PATH}. */
@Command(
    name = "map",
    mixinStandardHelpOptions = true,
    description = "Shows where the blocks of a file are: data, set aside but not written, or hole.")
final class RunsCommand extends VolumeCommand {
  @Parameters(index = "1", paramLabel = "PATH", description = "on the volume")
  private String path;

  private long runs;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  RunsCommand() {}

  @Override
  int run(Ext4Volume volume) throws IOException {
    Ext4Node node = volume.resolve(path.getBytes(StandardCharsets.UTF_8), false);
    out()
        .printf(
            Locale.ROOT,
            "%s: %d bytes, blocks of %d%n",
            path,
            node.inode().size(),
            volume.geometry().blockSize());
    out().printf("%12s %12s %14s  %s%n", "file block", "blocks", "block", "kind");
    node.runs(this::print);
    out().printf("%d runs%n", runs);
    return 0;
  }

  private void print(FileRun run) {
    runs++;
    String block =
        run.kind() == MappingKind.HOLE ? "-" : run.block() < 0 ? "in inode" : "" + run.block();
    String kind =
        switch (run.kind()) {
          case MAPPED, NEW -> "data";
          case UNWRITTEN -> "unwritten";
          case HOLE, WOULD_BLOCK -> "hole";
        };
    out().printf(Locale.ROOT, "%12d %12d %14s  %s%n", run.fileBlock(), run.blocks(), block, kind);
  }
}
