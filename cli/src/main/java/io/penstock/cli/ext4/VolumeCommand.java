package io.penstock.cli.ext4;

import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.ext4.Ext4Options;
import io.penstock.ext4.Ext4Volume;
import io.penstock.file.Engines;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What all commands on a volume have in common: they open it, and close it again. */
abstract class VolumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "IMAGE",
      description = "a file with a volume, or a block device")
  private Path image;

  @Option(
      names = "--journal",
      paramLabel = "DEVICE",
      description = "where the volume's journal is, if it is on a device of its own")
  private @Nullable Path journal;

  @Option(
      names = "--no-replay",
      description = "see the volume as it lies there, without what a crash has left in its journal")
  private boolean raw;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  VolumeCommand() {}

  /** Whether it changes the volume. */
  boolean writes() {
    return false;
  }

  private HostDevice open(Path path) throws IOException {
    OpenMode mode = writes() ? OpenMode.READ_WRITE : OpenMode.READ;
    return Engines.open(path, Engines.AUTO, mode.withBufferedFallback(true));
  }

  @Override
  public final Integer call() throws IOException {
    if (writes() && raw) {
      note("--no-replay does not go with changes: they would be lost to what the journal holds");
      return 2;
    }
    Ext4Options options = (writes() ? Ext4Options.WRITE : Ext4Options.READ).withReplays(!raw);
    try (HostDevice device = open(image)) {
      if (journal == null) {
        return run(device, options);
      }
      try (HostDevice other = open(journal)) {
        return run(device, options.withJournal(other));
      }
    }
  }

  private int run(HostDevice device, Ext4Options options) throws IOException {
    try (Ext4Volume volume = Ext4Volume.open(device, options)) {
      return run(volume);
    }
  }

  /** Does it; the exit status. */
  abstract int run(Ext4Volume volume) throws IOException;

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Says something beside the output. */
  final void note(String text) {
    err().println("penstock ext4 " + spec.name() + ": " + text);
  }
}
