package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done in another way than the best one is seen in a recording. */
class FallbackEventTest {
  @TempDir Path directory;

  @Test
  void aFileThatIsReadThroughThePageCacheIsRecorded() throws Exception {
    Path pseudo = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
    assumeTrue(Files.isReadable(pseudo), "no file here that refuses direct I/O");
    Path recorded = directory.resolve("app.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("io.penstock.Fallback");
      recording.start();
      DirectFileOptions options = DirectFileOptions.DEFAULT.withBufferedFallback(true);
      try (DirectFile file = DirectFile.open(pseudo, options)) {
        assertFalse(file.isDirect());
      }
      recording.stop();
      recording.dump(recorded);
    }
    Outcome outcome = Outcome.of("trace", recorded).succeeds();
    assertTrue(
        outcome
            .out()
            .contains(
                "fallback: " + pseudo + ": the page cache, because the host does not support"),
        outcome.out());
  }
}
