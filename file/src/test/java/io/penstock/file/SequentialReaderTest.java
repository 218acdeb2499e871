package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HoldDevice;
import io.penstock.core.memory.BufferPool;
import io.penstock.rules.Rule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading ahead of the user. */
@Rule("FILE-7")
class SequentialReaderTest {
  private static final int CHUNK = 8192;
  private static final StreamOptions SMALL = new StreamOptions(3, CHUNK);
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path directory;

  private Path path() {
    return directory.resolve("file");
  }

  @EachEngine
  void givesEveryByteFromAnyPositionToTheLast(String engine) throws IOException {
    byte[] bytes = OpenFile.bytes(5 * CHUNK + 123, 1);
    Files.write(path(), bytes);
    try (DirectFile file = OpenFile.on(engine, path())) {
      for (int from :
          new int[] {0, 1, 4095, 4096, CHUNK, 3 * CHUNK + 7, bytes.length - 1, bytes.length}) {
        try (SequentialReader reader = file.reader(from, SMALL)) {
          byte[] expected = Arrays.copyOfRange(bytes, from, bytes.length);
          assertArrayEquals(expected, reader.readAllBytes(), "from " + from);
          assertEquals(-1, reader.read());
          assertEquals(bytes.length, reader.position());
        }
      }
      try (SequentialReader beyond = file.reader(bytes.length + 5000L, SMALL)) {
        assertEquals(-1, beyond.read());
      }
    }
  }

  @EachEngine
  void takesPartsOfAnySizeAndSkips(String engine) throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] bytes = OpenFile.bytes(300_001, 2);
    Files.write(path(), bytes);
    try (DirectFile file = OpenFile.on(engine, path());
        SequentialReader reader = file.reader(0, SMALL)) {
      int at = 0;
      while (at < bytes.length) {
        if (random.nextInt(4) == 0) {
          int wanted = random.nextInt(30_000);
          int skipped = (int) reader.skip(wanted);
          assertEquals(Math.min(wanted, bytes.length - at), skipped, "seed " + seed);
          at += skipped;
          continue;
        }
        ByteBuffer part = ByteBuffer.allocate(1 + random.nextInt(20_000));
        int available = reader.available();
        int read = reader.read(part);
        assertTrue(read >= 1 && read >= Math.min(available, 1), "seed " + seed);
        assertArrayEquals(
            Arrays.copyOfRange(bytes, at, at + read),
            Arrays.copyOf(part.array(), read),
            "seed " + seed);
        at += read;
      }
      assertEquals(-1, reader.read(ByteBuffer.allocate(1)));
      assertEquals(0, reader.skip(10));
    }
  }

  @EachEngine
  void handsTheRestToStreamsAndChannels(String engine) throws IOException {
    byte[] bytes = OpenFile.bytes(100_001, 3);
    Files.write(path(), bytes);
    try (DirectFile file = OpenFile.on(engine, path());
        DirectFile copy = OpenFile.on(engine, directory.resolve("copy"))) {
      try (SequentialReader reader = file.reader(1, SMALL);
          SequentialWriter writer = copy.writer(0, SMALL)) {
        assertEquals(100_000, reader.transferTo(writer));
      }
      assertArrayEquals(
          Arrays.copyOfRange(bytes, 1, bytes.length), Files.readAllBytes(copy.path()));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (SequentialReader reader = file.reader(0, SMALL)) {
        assertEquals(100_001, reader.copyTo(Channels.newChannel(out)));
      }
      assertArrayEquals(bytes, out.toByteArray());
    }
  }

  @EachEngine
  void aFileThatHasGrownIsReadOn(String engine) throws IOException {
    try (DirectFile file = OpenFile.on(engine, path());
        SequentialReader reader = file.reader(0, SMALL)) {
      assertEquals(-1, reader.read());
      for (int length : new int[] {100, 4096, 5000, 1, CHUNK, 3 * CHUNK}) {
        byte[] more = OpenFile.bytes(length, length);
        file.append(ByteBuffer.wrap(more));
        assertArrayEquals(more, reader.readNBytes(length));
        assertEquals(-1, reader.read());
      }
    }
  }

  @Test
  void neitherDepthNorMemoryAreExceeded() throws Exception {
    AtomicReference<HoldDevice> held = new AtomicReference<>();
    MemoryHost host = held(held, 100L * CHUNK);
    HoldDevice hold = held.get();
    try (BufferPool pool = new BufferPool();
        DirectFile file = host.open(DirectFileOptions.DEFAULT);
        SequentialReader reader = new SequentialReader(file, 0, SMALL, pool)) {
      CompletableFuture<Long> read = inBackground(reader);
      while (!read.isDone()) {
        if (hold.awaitPending(1, Duration.ofMillis(1))) {
          assertTrue(hold.pending() <= 3, "at most three ahead");
          assertEquals(CHUNK, hold.pending(0).length());
          hold.complete(0);
        }
      }
      assertEquals(100L * CHUNK, read.join());
      assertEquals(3L * CHUNK, pool.usage().peakInUseBytes());
      assertEquals(0, pool.bytesInUse(), "given back at end of file");
    }
  }

  private static MemoryHost held(AtomicReference<HoldDevice> hold, long length) {
    return MemoryHost.of(
        length,
        device -> {
          hold.set(new HoldDevice(device));
          return hold.get();
        });
  }

  private static CompletableFuture<Long> inBackground(SequentialReader reader) {
    CompletableFuture<Long> read = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                read.complete((long) reader.readAllBytes().length);
              } catch (IOException | RuntimeException e) {
                read.completeExceptionally(e);
              }
            });
    return read;
  }

  @Test
  void aPoolThatIsUsedUpMakesItReadLessFarAhead() throws IOException {
    MemoryHost host = MemoryHost.of(20L * CHUNK, device -> device);
    BufferPool pool = new BufferPool("small", 2 * CHUNK, false);
    try (pool;
        DirectFile file = host.open(DirectFileOptions.DEFAULT);
        SequentialReader reader = new SequentialReader(file, 0, SMALL, pool)) {
      assertEquals(20 * CHUNK, reader.readAllBytes().length);
    }
    assertEquals(2 * CHUNK, pool.usage().peakInUseBytes());
    assertEquals(0, pool.usage().overflows());
  }

  @Test
  void anErrorComesInItsPlaceAndIsNotKept() throws Exception {
    AtomicReference<HoldDevice> held = new AtomicReference<>();
    MemoryHost host = held(held, 3L * CHUNK);
    HoldDevice hold = held.get();
    try (DirectFile file = host.open(DirectFileOptions.DEFAULT);
        SequentialReader reader = file.reader(0, SMALL)) {
      CompletableFuture<Long> read = inBackground(reader);
      assertTrue(hold.awaitPending(3, LONG));
      hold.fail(1, new IOException("a test"));
      hold.completeAll();
      Exception failure = assertThrows(Exception.class, read::join);
      assertTrue(failure.getMessage().contains("a test"), failure.toString());
      assertEquals(CHUNK, reader.position());
      CompletableFuture<Long> again = inBackground(reader);
      while (!again.isDone()) {
        hold.awaitPending(1, Duration.ofMillis(1));
        hold.completeAll();
      }
      assertEquals(2L * CHUNK, again.join());
    }
  }

  @Test
  void aClosedReaderLeavesItsFileOpen() throws IOException {
    MemoryHost host = MemoryHost.of(CHUNK, device -> device);
    try (DirectFile file = host.open(DirectFileOptions.DEFAULT)) {
      SequentialReader reader = file.reader(0);
      assertEquals(0, reader.read());
      reader.close();
      reader.close();
      assertFalse(reader.isOpen());
      assertThrows(ClosedChannelException.class, reader::read);
      assertFalse(file.isClosed());
    }
  }
}
