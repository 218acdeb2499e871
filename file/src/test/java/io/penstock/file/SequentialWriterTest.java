package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HoldDevice;
import io.penstock.core.memory.BufferPool;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writing behind the user. */
@Rule("FILE-7")
class SequentialWriterTest {
  private static final int CHUNK = 8192;
  private static final StreamOptions SMALL = new StreamOptions(3, CHUNK);

  @TempDir private Path directory;
  private HoldDevice hold;

  private final MemoryHost host =
      MemoryHost.of(
          0,
          device -> {
            hold = new HoldDevice(device);
            return hold;
          });

  private Path path() {
    return directory.resolve("file");
  }

  @EachEngine
  void putsEveryByteInItsPlaceAndNoMore(String engine) throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int from : new int[] {0, 1, 4096, 5000, 70_000}) {
      byte[] model = OpenFile.bytes(20_000, from);
      Files.write(path(), model);
      try (DirectFile file = OpenFile.on(engine, path())) {
        SequentialWriter writer = file.writer(from, SMALL);
        int at = from;
        for (int i = 0; i < 30; i++) {
          byte[] part = OpenFile.bytes(random.nextInt(random.nextBoolean() ? 100 : 20_000), i);
          writer.write(part);
          model = Arrays.copyOf(model, Math.max(model.length, at + part.length));
          System.arraycopy(part, 0, model, at, part.length);
          at += part.length;
          if (random.nextInt(5) == 0) {
            writer.flush();
            assertArrayEquals(model, Files.readAllBytes(path()), "seed " + seed);
          }
        }
        assertEquals(at, writer.position());
        writer.write(7);
        writer.close();
        model = Arrays.copyOf(model, Math.max(model.length, at + 1));
        model[at] = 7;
        assertEquals(model.length, file.size());
      }
      assertArrayEquals(model, Files.readAllBytes(path()), "seed " + seed);
    }
  }

  @EachEngine
  void aSyncedWriterHasWrittenEverything(String engine) throws IOException {
    try (DirectFile file = OpenFile.on(engine, path());
        SequentialWriter writer = file.writer(0)) {
      assertEquals(3, writer.write(ByteBuffer.wrap(new byte[] {1, 2, 3})));
      writer.sync();
      assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(path()));
    }
  }

  private CompletableFuture<Void> inBackground(SequentialWriter writer, int bytes) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                writer.write(new byte[bytes]);
                writer.flush();
                done.complete(null);
              } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
              }
            });
    return done;
  }

  @Test
  void neitherDepthNorMemoryAreExceeded() throws Exception {
    try (BufferPool pool = new BufferPool();
        DirectFile file = host.open(DirectFileOptions.DEFAULT);
        SequentialWriter writer = new SequentialWriter(file, 0, SMALL, pool)) {
      CompletableFuture<Void> written = inBackground(writer, 50 * CHUNK);
      while (!written.isDone()) {
        if (hold.awaitPending(1, Duration.ofMillis(1))) {
          assertTrue(hold.pending() <= 3, "at most three behind");
          hold.complete(0);
        }
      }
      written.join();
      assertEquals(3L * CHUNK, pool.usage().peakInUseBytes());
      assertEquals(50L * CHUNK, file.size());
    }
  }

  @Test
  void aFailureIsReportedOnceByTheNextWrite() throws IOException {
    IOException cause = new IOException("a test");
    try (DirectFile file = host.open(DirectFileOptions.DEFAULT)) {
      SequentialWriter writer = file.writer(0, SMALL);
      writer.write(new byte[CHUNK]);
      hold.fail(0, cause);
      assertSame(cause, assertThrows(IOException.class, () -> writer.write(1)));
      IOException later = assertThrows(IOException.class, () -> writer.write(1));
      assertTrue(later.getMessage().contains("reported a failure before"), later.toString());
      writer.close();
      assertThrows(ClosedChannelException.class, () -> writer.write(1));
    }
  }

  @Test
  void aFailureIsReportedByFlush() throws IOException {
    IOException cause = new IOException("a test");
    try (DirectFile file = host.open(DirectFileOptions.DEFAULT)) {
      SequentialWriter writer = file.writer(0, SMALL);
      writer.write(new byte[CHUNK]);
      hold.fail(0, cause);
      assertSame(cause, assertThrows(IOException.class, writer::flush));
      writer.close();
    }
  }

  @Test
  void aFailureIsNotLostAtCloseNorAreThoseThatCameWithIt() throws IOException {
    IOException first = new IOException("first");
    IOException second = new IOException("second");
    try (BufferPool pool = new BufferPool();
        DirectFile file = host.open(DirectFileOptions.DEFAULT)) {
      SequentialWriter writer = new SequentialWriter(file, 0, SMALL, pool);
      writer.write(new byte[2 * CHUNK + 5]);
      hold.fail(1, second);
      hold.fail(0, first);
      assertSame(first, assertThrows(IOException.class, writer::close));
      assertSame(second, first.getSuppressed()[0]);
      assertEquals(0, pool.bytesInUse());
      writer.close();
    }
  }

  @Test
  void aClosedFileIsAFailureToo() throws IOException {
    DirectFile file = host.open(DirectFileOptions.DEFAULT);
    SequentialWriter writer = file.writer(0, SMALL);
    writer.write(1);
    file.close();
    assertThrows(ClosedChannelException.class, writer::close);
  }
}
