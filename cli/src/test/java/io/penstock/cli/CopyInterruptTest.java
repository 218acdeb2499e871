package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in the middle of a copy. */
class CopyInterruptTest {
  private static final int INTERRUPTED = 128 + 2;

  @TempDir private Path directory;

  @Test
  void leavesTheOldFileAndNothingElse() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "skipped: /bin/kill is needed");
    Path source = directory.resolve("source");
    Host.resize(source, 4L << 30);
    Path target = Host.random(directory.resolve("target"), 99);
    Process process;
    try (WatchService watch = directory.getFileSystem().newWatchService()) {
      directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      process = startSlowCopy(source, target);
      assertTrue(watch.poll(60, TimeUnit.SECONDS) != null, "no temporary file appeared");
    }
    try {
      assertTrue(process.isAlive(), "the copy was over too soon");
      interrupt(process);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the copy did not stop");
    } finally {
      process.destroyForcibly();
    }
    assertEquals(INTERRUPTED, process.exitValue());
    assertEquals(List.of("source", "target"), Host.names(directory));
    assertEquals(99, Files.size(target));
  }

  /**
   * With the signal as it is by default: shells have what they start in the background ignore it.
   */
  private static Process startSlowCopy(Path source, Path target) throws IOException {
    return new ProcessBuilder(
            "env",
            "--default-signal=INT",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "copy",
            source.toString(),
            target.toString(),
            "--sparse=never",
            "--block-size=4k",
            "--depth=1")
        .inheritIO()
        .start();
  }

  private static void interrupt(Process process) throws IOException, InterruptedException {
    String id = Long.toString(process.pid());
    assertEquals(0, new ProcessBuilder("/bin/kill", "-INT", id).inheritIO().start().waitFor());
  }
}
