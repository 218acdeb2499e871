package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HoldDevice;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading what is going to be asked for. */
@Rule("FILE-7")
class PrefetchTest {
  private static final int PAGE = 4096;

  @TempDir private Path directory;

  private Path path() {
    return directory.resolve("file");
  }

  @Test
  void aReadOfWhatWasPrefetchedDoesNotAskTheDevice() throws IOException {
    MemoryHost host = MemoryHost.of(1 << 20, device -> device);
    try (DirectFile file = host.open(DirectFileOptions.DEFAULT)) {
      file.write(ByteBuffer.wrap(OpenFile.bytes(1 << 20, 1)), 0);
      assertEquals(100_000, file.prefetch(8000, 100_000));
      long reads = host.counters().reads();
      byte[] bytes = new byte[100_000];
      assertEquals(60_000, file.read(MemorySegment.ofArray(bytes).asSlice(0, 60_000), 8000));
      assertEquals(40_000, file.read(MemorySegment.ofArray(bytes).asSlice(60_000), 68_000));
      assertEquals(reads, host.counters().reads());
      assertArrayEquals(Arrays.copyOfRange(OpenFile.bytes(1 << 20, 1), 8000, 108_000), bytes);
    }
  }

  @Test
  void aReadWaitsForWhatIsOnItsWay() throws Exception {
    AtomicReference<HoldDevice> held = new AtomicReference<>();
    MemoryHost host =
        MemoryHost.of(
            1 << 20,
            device -> {
              held.set(new HoldDevice(device));
              return held.get();
            });
    HoldDevice hold = held.get();
    try (DirectFile file = host.open(DirectFileOptions.DEFAULT)) {
      assertEquals(PAGE, file.prefetch(0, PAGE));
      assertEquals(PAGE, file.prefetch(0, PAGE), "it is on its way already");
      assertEquals(1, hold.pending());
      CompletableFuture<Integer> read =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return file.read(ByteBuffer.allocate(PAGE), 0);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      hold.complete(0);
      while (!read.isDone()) {
        // the read may have come when the range was taken already
        hold.awaitPending(1, Duration.ofMillis(1));
        hold.completeAll();
      }
      assertEquals(PAGE, read.join());
    }
  }

  @Test
  void aFailedPrefetchIsAsIfItHadNotBeen() throws Exception {
    AtomicReference<HoldDevice> held = new AtomicReference<>();
    MemoryHost host =
        MemoryHost.of(
            1 << 20,
            device -> {
              held.set(new HoldDevice(device));
              return held.get();
            });
    try (DirectFile file = host.open(DirectFileOptions.DEFAULT)) {
      file.prefetch(0, PAGE);
      held.get().fail(0, new IOException("a test"));
      assertEquals(0, file.transfers().prefetching().held());
      CompletableFuture<Long> read =
          file.readAsync(ByteBuffer.allocateDirect(2 * PAGE).alignedSlice(PAGE).slice(0, PAGE), 0);
      held.get().completeAll();
      assertEquals((long) PAGE, read.join());
    }
  }

  @Test
  void whatIsKeptIsBounded() throws IOException {
    MemoryHost host = MemoryHost.of(1 << 30, device -> device);
    try (DirectFile file = host.open(DirectFileOptions.DEFAULT)) {
      for (long at = 0; at < 1 << 30; at += 100 << 20) {
        file.prefetch(at, 64 << 20);
        assertTrue(file.transfers().prefetching().held() <= DirectFile.MOST_PREFETCHED);
      }
      file.truncate(0);
      assertEquals(0, file.transfers().prefetching().held());
      assertEquals(0, file.prefetch(0, 100));
    }
  }

  @EachEngine
  @Rule("FILE-6")
  void noReadIsOlderThanAWriteOfAnotherHandle(String engine) throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] model = OpenFile.bytes(200_000, seed);
    Files.write(path(), model);
    try (DirectFile one = OpenFile.on(engine, path());
        DirectFile two = OpenFile.on(engine, path())) {
      for (int i = 0; i < 400; i++) {
        DirectFile file = random.nextBoolean() ? one : two;
        int at = random.nextInt(model.length + 1000);
        int length = 1 + random.nextInt(30_000);
        if (random.nextBoolean()) {
          at &= -PAGE;
          length = length + PAGE & -PAGE;
        }
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> file.prefetch(at, length);
          case 3, 4 -> {
            byte[] bytes = OpenFile.bytes(length, i);
            // the slice ends at a page too: room for what is cut off on both sides
            ByteBuffer source = ByteBuffer.allocateDirect(length + 2 * PAGE).alignedSlice(PAGE);
            source = source.slice(0, length).put(0, bytes);
            if (random.nextBoolean()) {
              file.writeAsync(source, at).join();
            } else {
              file.write(source.duplicate(), at);
            }
            model = Arrays.copyOf(model, Math.max(model.length, at + length));
            System.arraycopy(bytes, 0, model, at, length);
          }
          case 5 -> {
            int end = Math.min(model.length, at + length);
            if (at < end) {
              file.punchHole(at, end - at);
              Arrays.fill(model, at, end, (byte) 0);
            }
          }
          case 6 -> {
            if (random.nextInt(5) == 0) {
              file.truncate(at);
              model = Arrays.copyOf(model, at);
            }
          }
          default -> {}
        }
        byte[] read = new byte[length];
        int from = random.nextInt(Math.max(1, model.length));
        int expected = Math.min(length, model.length - from);
        assertEquals(
            expected <= 0 ? -1 : expected,
            file.read(MemorySegment.ofArray(read), from),
            "operation " + i + " seed " + seed);
        if (expected > 0) {
          assertArrayEquals(
              Arrays.copyOfRange(model, from, from + expected),
              Arrays.copyOf(read, expected),
              "operation " + i + " seed " + seed);
        }
      }
    }
  }

  @EachEngine
  void noReadIsOlderThanWhatWasReportedWrittenBeforeIt(String engine) throws Exception {
    Files.write(path(), new byte[64 * PAGE]);
    AtomicInteger reported = new AtomicInteger();
    int last = 1500;
    try (DirectFile one = OpenFile.on(engine, path());
        DirectFile two = OpenFile.on(engine, path())) {
      CompletableFuture<Void> writer = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  MemorySegment value = MemorySegment.ofBuffer(ByteBuffer.allocateDirect(4));
                  for (int i = 1; i <= last; i++) {
                    value.set(ValueLayout.JAVA_INT_UNALIGNED, 0, i);
                    one.write(value, 5 * PAGE + 8);
                    reported.set(i);
                  }
                  writer.complete(null);
                } catch (IOException | RuntimeException e) {
                  writer.completeExceptionally(e);
                }
              });
      MemorySegment page = MemorySegment.ofArray(new byte[2 * PAGE]);
      while (!writer.isDone()) {
        two.prefetch(4 * PAGE, 3 * PAGE);
        int before = reported.get();
        two.read(page, 5 * PAGE);
        int seen = page.get(ValueLayout.JAVA_INT_UNALIGNED, 8);
        assertTrue(seen >= before, seen + " was read when " + before + " had been reported");
      }
      writer.join();
    }
  }
}
