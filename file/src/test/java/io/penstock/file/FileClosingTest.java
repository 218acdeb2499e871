package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Direction;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;

/** The end of a file's use. */
@Rule("FILE-5")
class FileClosingTest {
  @TempDir private Path directory;

  private Path path() {
    return directory.resolve("file");
  }

  @EachEngine
  void closeWaitsForWhatIsInFlight(String engine) throws Exception {
    List<CompletableFuture<Long>> writes = new ArrayList<>();
    byte[] bytes = OpenFile.bytes(100_000, 1);
    DirectFile file = OpenFile.on(engine, path());
    for (int i = 0; i < 20; i++) {
      writes.add(file.writeAsync(ByteBuffer.wrap(bytes), i * 100_000L));
      writes.add(file.writeAsync(ByteBuffer.allocateDirect(4096), 4_096_000 + i * 4096L));
    }
    file.close();
    for (CompletableFuture<Long> each : writes) {
      assertTrue(each.get() > 0, "begun before the close");
    }
    assertEquals(0, SharedFile.open());
    assertArrayEquals(bytes, java.util.Arrays.copyOf(Files.readAllBytes(path()), bytes.length));
  }

  @EachEngine
  void aHandlerMayCloseTheFile(String engine) throws Exception {
    for (int position : new int[] {0, 3}) { // straight, bounced
      try (IoArena arena = IoArena.ofShared()) {
        DirectFile file = OpenFile.on(engine, path());
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        file.submit(
            DirectFile.newRequest(),
            Direction.WRITE,
            IoVector.of(arena.allocate(8192, 4096)),
            position,
            IoFlags.NONE,
            (request, moved, error) -> {
              try {
                file.close();
              } catch (IOException | RuntimeException e) {
                thrown.set(e);
              }
              done.complete(error == null);
            });
        assertTrue(done.get());
        assertNull(thrown.get());
        assertThrows(ClosedChannelException.class, () -> file.write(ByteBuffer.allocate(1), 0));
        file.close();
      }
    }
  }

  @EachEngine
  void lateAsynchronousCallersGetAFutureThatSaysClosed(String engine) throws IOException {
    DirectFile file = OpenFile.on(engine, path());
    file.close();
    for (int bytes : new int[] {10, 4096}) {
      var late = file.writeAsync(ByteBuffer.allocateDirect(bytes), 0);
      var failure = assertThrows(Exception.class, late::get);
      assertTrue(failure.getCause() instanceof ClosedChannelException, () -> "" + failure);
    }
    var sync = assertThrows(Exception.class, () -> file.syncAsync().get());
    assertTrue(sync.getCause() instanceof ClosedChannelException);
  }

  @EachEngine
  void anInterruptNeitherClosesNorCutsShort(String engine) throws IOException {
    try (DirectFile file = OpenFile.on(engine, path())) {
      Thread.currentThread().interrupt();
      file.write(ByteBuffer.allocate(5000), 3);
      file.write(ByteBuffer.allocateDirect(4096), 8192);
      file.sync();
      assertEquals(12_288, file.size());
      assertEquals(12_288, file.read(ByteBuffer.allocate(20_000), 0));
      file.truncate(100);
      assertTrue(Thread.interrupted(), "the interrupt is kept");
      assertFalse(file.isClosed());
      assertEquals(100, file.read(ByteBuffer.allocate(20_000), 0));
    } finally {
      Thread.interrupted();
    }
  }

  @EachEngine
  void deleteOnCloseDeletes(String engine) throws IOException {
    try (DirectFile file = OpenFile.on(engine, path(), StandardOpenOption.DELETE_ON_CLOSE)) {
      file.write(ByteBuffer.allocate(1), 0);
      assertTrue(Files.exists(path()));
    }
    assertFalse(Files.exists(path()));
  }
}
