package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.core.bio.Direction;
import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.rules.Rule;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file on a loop that one thread drives by itself. */
@Rule("FILE-1")
class LoopFileTest {
  @TempDir private Path directory;

  @Test
  void asynchronousRequestsCompleteInPollAndBlockingOnesAtOnce() throws Exception {
    assumeTrue(EachEngine.Available.names().contains("uring"), "no engine with loops here");
    try (ConfinedLoop loop = Engines.choose("uring").provider().newLoop(8);
        IoArena arena = IoArena.ofShared();
        DirectFile file =
            DirectFile.open(
                directory.resolve("file"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                DirectFileOptions.DEFAULT.withLoop(loop))) {
      assertEquals("uring", file.engine());
      file.write(ByteBuffer.allocate(5000), 3);
      AtomicReference<Thread> completed = new AtomicReference<>();
      IoVector page = IoVector.of(arena.allocate(4096, 4096));
      file.submit(
          DirectFile.newRequest(),
          Direction.READ,
          page,
          0,
          IoFlags.NONE,
          (request, bytes, error) -> completed.set(Thread.currentThread()));
      while (completed.get() == null) {
        loop.await();
      }
      assertEquals(Thread.currentThread(), completed.get());
      Batch batch = new Batch();
      int read = batch.read(file, page.segment(0), 4096);
      batch.execute();
      assertEquals(5003 - 4096, batch.bytes(read));
      var refused =
          assertThrows(
              Exception.class, () -> file.readAsync(ByteBuffer.allocateDirect(10), 3).get());
      assertTrue(refused.getCause() instanceof BlockIoException, refused::toString);
      assertThrows(IllegalStateException.class, () -> file.appendAsync(ByteBuffer.allocate(10)));
    }
  }

  /** Its thread is the only one by which they can end. */
  @Test
  @Rule("FILE-5")
  void closeDrivesTheLoopUntilWhatIsInFlightHasEnded() {
    assumeTrue(EachEngine.Available.names().contains("uring"), "no engine with loops here");
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          try (ConfinedLoop loop = Engines.choose("uring").provider().newLoop(2);
              IoArena arena = IoArena.ofShared()) {
            DirectFile file =
                DirectFile.open(
                    directory.resolve("closed"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    DirectFileOptions.DEFAULT.withLoop(loop));
            AtomicInteger ended = new AtomicInteger();
            for (int i = 0; i < 20; i++) {
              IoVector page = IoVector.of(arena.allocate(4096, 4096));
              file.submit(
                  DirectFile.newRequest(),
                  Direction.WRITE,
                  page,
                  4096L * i,
                  IoFlags.NONE,
                  (request, bytes, error) -> {
                    if (bytes == 4096) {
                      ended.incrementAndGet();
                    }
                  });
            }
            file.close();
            assertEquals(20, ended.get());
            assertThrows(ClosedChannelException.class, () -> file.read(arena.allocate(512), 0));
          }
        });
  }
}
