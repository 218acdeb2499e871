package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor finds. */
class DoctorTest {
  @TempDir private Path directory;

  @Test
  void examinesADirectoryAndLeavesNothingInIt() throws IOException {
    Outcome outcome = Outcome.of("doctor", directory).succeeds();
    for (String name : List.of("kernel", "JDK", "io_uring", "locked memory", "file system")) {
      assertTrue(outcome.out().lines().anyMatch(line -> line.startsWith(name + ' ')), name);
    }
    assertTrue(outcome.out().contains("direct I/O works here, in units of "), outcome.out());
    assertEquals(List.of(), Host.names(directory));
  }

  @Test
  void examinesAFile() throws IOException {
    Path file = Host.random(directory.resolve("file"), 10_000);
    Outcome outcome = Outcome.of("doctor", file, "--json").succeeds();
    assertTrue(outcome.out().contains("\"directIo\":true"), outcome.out());
    assertTrue(outcome.number("writeAlignment") >= 1, outcome.out());
  }

  @Test
  void saysWhereDirectIoDoesNotWorkAndWhatToDo() {
    Path file = Path.of("/proc/self/status");
    assumeTrue(Files.exists(file), "skipped: /proc is not mounted");
    Outcome outcome = Outcome.of("doctor", file);
    assertEquals(1, outcome.status());
    assertTrue(outcome.out().contains("direct I/O does not work here: "), outcome.out());
    assertTrue(outcome.out().contains("remedy "), outcome.out());
  }

  @Test
  void refusesAMissingPath() {
    Path missing = directory.resolve("missing");
    Outcome.of("doctor", missing)
        .failsWith(
            "penstock doctor: examine "
                + missing
                + ": ENOENT (no such file or directory): check the name");
  }
}
