package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.rules.Rule;
import io.penstock.testkit.Garbage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Aligned blocking transfers allocate nothing: a write is claimed by a count, a read not at all.
 * Measured in a process of its own, since what other tests have taught the compiler decides what it
 * can do without.
 */
class FileGarbageTest {
  private static final int OPERATIONS = 50_000;
  private static final Path MEMORY = Path.of("/dev/shm");

  @Test
  @Rule("FILE-3")
  void alignedBlockingTransfersAllocateNothing() throws Exception {
    measure("unlimited");
  }

  @Test
  @Rule("FILE-8")
  void norDoTheyWithLimits() throws Exception {
    measure("limited");
  }

  private static void measure(String how) throws Exception {
    assumeTrue(EachEngine.Available.names().contains("pread"), "no engine without garbage here");
    assumeTrue(Files.isWritable(MEMORY), "no file system in memory: it would take too long");
    Process measured =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    FileGarbageTest.class.getName(),
                    how))
            .redirectErrorStream(true)
            .start();
    String said = new String(measured.getInputStream().readAllBytes());
    assertEquals(0, measured.waitFor(), said);
  }

  /** Ends with 1 when transfers still allocate after the compiler has had its time. */
  public static void main(String[] arguments) throws Exception {
    Path path = MEMORY.resolve("penstock-garbage-" + ProcessHandle.current().pid());
    DirectFileOptions options = DirectFileOptions.DEFAULT.withEngine("pread");
    if (arguments[0].equals("limited")) {
      options = options.withLimits(IoLimits.builder("disk").operations(8).build());
    }
    try (DirectFile file = OpenFile.on(options, path, StandardOpenOption.DELETE_ON_CLOSE);
        IoArena arena = IoArena.ofShared()) {
      IoVector page = IoVector.of(arena.allocate(4096, 4096));
      long bytes = Garbage.ofThisThread(OPERATIONS, count -> transfer(file, page, count));
      System.out.println(bytes + " bytes for " + 2 * OPERATIONS + " operations");
      if (bytes >= OPERATIONS) {
        throw new AssertionError("aligned transfers allocate");
      }
    }
  }

  private static void transfer(DirectFile file, IoVector page, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      file.write(page, (i & 15) * 4096L);
      file.read(page, 0);
    }
  }
}
