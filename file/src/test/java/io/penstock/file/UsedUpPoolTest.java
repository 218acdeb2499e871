package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.PooledBuffer;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own, since the budget of the shared pool is set once. */
class UsedUpPoolTest {
  private static final int BUDGET = 1 << 20;

  @TempDir private Path directory;

  @Test
  @Rule("FILE-3")
  @Rule("FILE-7")
  void whoHasAllOfThePoolCanStillMakeUnalignedRequestsAndStream() throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-D" + BufferPool.BUDGET_PROPERTY + "=" + BUDGET,
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    UsedUpPoolTest.class.getName(),
                    directory.resolve("file").toString()))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("said").toFile())
            .start();
    boolean ended = process.waitFor(50, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertTrue(ended, "it waits for a pool that it has used up itself");
    assertEquals(0, process.exitValue(), java.nio.file.Files.readString(directory.resolve("said")));
  }

  /** Takes all of the pool, then transfers. */
  public static void main(String[] arguments) throws IOException {
    byte[] bytes = OpenFile.bytes(100_001, 1);
    try (PooledBuffer all = BufferPool.shared().take(BUDGET);
        DirectFile file = OpenFile.on("portable", Path.of(arguments[0]))) {
      file.write(ByteBuffer.wrap(bytes), 7);
      ByteBuffer back = ByteBuffer.allocate(bytes.length);
      file.read(back, 7);
      require(back.flip().equals(ByteBuffer.wrap(bytes)), "a bounced read");
      try (SequentialWriter writer = file.writer(3)) {
        writer.write(bytes);
      }
      try (SequentialReader reader = file.reader(3)) {
        require(ByteBuffer.wrap(reader.readNBytes(100_001)).equals(back), "a stream");
      }
      require(all.segment().byteSize() == BUDGET, "the pool");
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what + " went wrong");
    }
  }
}
