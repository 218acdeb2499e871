package io.penstock.cli.ext4;

import io.penstock.core.memory.IoArena;
import io.penstock.ext4.Ext4File;
import io.penstock.ext4.Ext4Volume;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code penstock ext4 cat IMAGE PATH...}. */
@Command(
    name = "cat",
    mixinStandardHelpOptions = true,
    description = "Writes the data of files to standard output.")
final class CatCommand extends VolumeCommand {
  private static final int CHUNK = 1 << 20;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "PATH",
      description = "files on the volume")
  private List<String> paths;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  CatCommand() {}

  @Override
  int run(Ext4Volume volume) throws IOException {
    PrintStream stdout = System.out;
    try (IoArena arena = IoArena.ofShared()) {
      MemorySegment memory = arena.allocate(CHUNK, 4096);
      for (String path : paths) {
        try (Ext4File file = volume.resolve(path).open()) {
          copy(file, memory, stdout);
        }
      }
    }
    if (stdout.checkError()) {
      throw new IOException("standard output was closed");
    }
    return 0;
  }

  private static void copy(Ext4File file, MemorySegment memory, OutputStream out)
      throws IOException {
    byte[] bytes = new byte[CHUNK];
    long at = 0;
    for (long read = file.read(memory, at); read > 0; read = file.read(memory, at)) {
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, bytes, 0, (int) read);
      out.write(bytes, 0, (int) read);
      at += read;
    }
  }
}
