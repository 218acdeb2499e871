package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Direction;
import io.penstock.core.device.HoldDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoRequest;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be outstanding, and whose turn it is; a device that holds everything tells. */
@Rule("FILE-8")
class IoLimitsTest {
  private static final int PAGE = 4096;
  private static final long LENGTH = 64L << 20;

  private final IoArena arena = IoArena.ofShared();
  private final MemorySegment page = arena.allocate(PAGE, PAGE);
  private HoldDevice hold;

  private final MemoryHost host =
      MemoryHost.of(
          LENGTH,
          device -> {
            hold = new HoldDevice(device);
            return hold;
          });

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  private DirectFile open(IoClass ioClass, IoLimits... limits) throws IOException {
    return host.open(DirectFileOptions.DEFAULT.withIoClass(ioClass).withLimits(limits));
  }

  private static void awaitQueued(IoLimits limits, IoClass ioClass, int operations) {
    while (limits.queued(ioClass) < operations) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aFloodOfBackgroundPutsNoMoreThanItsShareBeforeAForegroundRead() throws IOException {
    IoLimits disk = IoLimits.builder("disk").operations(64).background(4, 1 << 20).build();
    try (DirectFile bulk = open(IoClass.BACKGROUND, disk);
        DirectFile index = open(IoClass.FOREGROUND, disk)) {
      List<CompletableFuture<Long>> flood = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        flood.add(bulk.readAsync(page, i * (long) PAGE));
      }
      assertEquals(4, hold.pending());
      assertEquals(996, bulk.counters().queued());
      CompletableFuture<Long> urgent = index.readAsync(arena.allocate(PAGE, PAGE), LENGTH / 2);
      assertEquals(5, hold.pending());
      assertEquals(LENGTH / 2, hold.pending(4).deviceOffset());
      hold.complete(4);
      assertEquals((long) PAGE, urgent.getNow(-2L));
      assertEquals(0, index.counters().delayed());
      hold.completeAll();
      flood.forEach(each -> assertEquals((long) PAGE, each.getNow(-2L)));
    }
    assertEquals(4, disk.peak(IoClass.BACKGROUND));
    assertEquals(0, disk.outstanding(IoClass.BACKGROUND));
    assertEquals(0, disk.outstandingBytes(IoClass.BACKGROUND));
  }

  @Test
  void limitsOfOperationsAndBytesAreNeverExceeded() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    IoLimits disk =
        IoLimits.builder("disk").operations(8).bytes(512 << 10).background(3, 128 << 10).build();
    List<CompletableFuture<Long>> all = new ArrayList<>();
    try (DirectFile bulk = open(IoClass.BACKGROUND, disk);
        DirectFile index = open(IoClass.FOREGROUND, disk)) {
      MemorySegment memory = arena.allocate(1 << 20, PAGE);
      for (int i = 0; i < 600; i++) {
        DirectFile file = random.nextBoolean() ? bulk : index;
        int pages = random.nextInt(4) == 0 ? 1 + random.nextInt(256) : 1;
        MemorySegment part = memory.asSlice(0, pages * (long) PAGE);
        long position = random.nextInt(1000) * (long) PAGE;
        all.add(
            random.nextBoolean()
                ? file.readAsync(part, position)
                : file.writeAsync(part, position));
        requireWithin(8, 512 << 10, seed);
        for (int j = random.nextInt(3); j > 0 && hold.pending() > 0; j--) {
          hold.complete(random.nextInt(hold.pending()));
          requireWithin(8, 512 << 10, seed);
        }
      }
      hold.completeAll(random);
      all.forEach(each -> assertTrue(each.getNow(-2L) > 0, "seed " + seed));
    }
    assertEquals(8, disk.peak(), "the limit was reached; seed " + seed);
    assertTrue(disk.peakBytes() <= 512 << 10, "seed " + seed);
    assertTrue(disk.peak(IoClass.BACKGROUND) <= 3, "seed " + seed);
  }

  private void requireWithin(int operations, long bytes, long seed) {
    long held = 0;
    for (int i = 0; i < hold.pending(); i++) {
      held += hold.pending(i).length();
    }
    assertTrue(hold.pending() <= operations, () -> hold.pending() + " held; seed " + seed);
    assertTrue(held <= bytes, held + " bytes held; seed " + seed);
  }

  @Test
  void backgroundIsNeverStarved() throws IOException {
    IoLimits disk = IoLimits.builder("disk").operations(1).build();
    List<CompletableFuture<Long>> bulkReads = new ArrayList<>();
    List<CompletableFuture<Long>> reads = new ArrayList<>();
    try (DirectFile bulk = open(IoClass.BACKGROUND, disk);
        DirectFile index = open(IoClass.FOREGROUND, disk)) {
      for (int i = 0; i < 200; i++) {
        reads.add(index.readAsync(page, 0));
        if (i < 10) {
          bulkReads.add(bulk.readAsync(page, 0));
        }
      }
      for (int done = 0; done < 100; done++) {
        assertEquals(1, hold.pending());
        hold.complete(0);
      }
      long bulkDone = bulkReads.stream().filter(CompletableFuture::isDone).count();
      assertEquals(100 / (IoLimits.FOREGROUND_STREAK + 1), bulkDone);
      hold.completeAll();
    }
  }

  @Test
  void whoMayNotWaitIsToldSo() throws IOException {
    IoLimits disk = IoLimits.builder("disk").operations(1).build();
    try (DirectFile file = open(IoClass.FOREGROUND, disk)) {
      CompletableFuture<Long> first = file.readAsync(page, 0);
      FutureHandler second = new FutureHandler();
      file.submit(
          DirectFile.newRequest(),
          Direction.READ,
          IoVector.of(page),
          PAGE,
          IoFlags.of(IoFlag.NOWAIT),
          second);
      requireFailure(Errno.EAGAIN, second.future());
      assertEquals(1, file.counters().refused());
      assertFalse(first.isDone());
      hold.completeAll();
    }
  }

  private static void requireFailure(Errno errno, CompletableFuture<Long> future) {
    CompletionException failure = assertThrows(CompletionException.class, () -> future.getNow(0L));
    assertTrue(assertInstanceOf(BlockIoException.class, failure.getCause()).is(errno));
  }

  @Test
  void blockingCallersWaitForTheirTurn() throws Exception {
    IoLimits disk = IoLimits.builder("disk").operations(1).build();
    try (DirectFile file = open(IoClass.FOREGROUND, disk)) {
      CompletableFuture<Long> first = file.readAsync(page, 0);
      CompletableFuture<Long> second = new CompletableFuture<>();
      MemorySegment other = arena.allocate(PAGE, PAGE);
      Thread blocked =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      second.complete(file.read(other, PAGE));
                    } catch (IOException e) {
                      second.completeExceptionally(e);
                    }
                  });
      awaitQueued(disk, IoClass.FOREGROUND, 1);
      assertEquals(1, hold.pending());
      hold.complete(0);
      assertTrue(first.isDone());
      assertEquals(1, hold.pending());
      hold.complete(0);
      assertEquals((long) PAGE, second.join());
      blocked.join();
    }
  }

  @Test
  void whatWaitsCanBeCancelled() throws IOException {
    IoLimits disk = IoLimits.builder("disk").operations(1).build();
    try (DirectFile file = open(IoClass.FOREGROUND, disk)) {
      CompletableFuture<Long> first = file.readAsync(page, 0);
      FutureHandler handler = new FutureHandler();
      IoRequest request = DirectFile.newRequest();
      long use =
          file.submit(request, Direction.READ, IoVector.of(page), PAGE, IoFlags.NONE, handler);
      CompletableFuture<Long> third = file.readAsync(page, 2 * PAGE);
      assertEquals(2, file.counters().queued());
      assertTrue(request.cancel(use));
      requireFailure(Errno.ECANCELED, handler.future());
      assertEquals(1, file.counters().queued());
      hold.completeAll();
      assertTrue(first.isDone() && third.isDone());
    }
  }

  @Test
  void filesOfOneDiskMayHaveLimitsOfTheirOwn() throws IOException {
    IoLimits disk = IoLimits.builder("disk").operations(3).build();
    IoLimits mine = IoLimits.builder("mine").operations(2).build();
    List<CompletableFuture<Long>> all = new ArrayList<>();
    try (DirectFile one = open(IoClass.FOREGROUND, disk, mine);
        DirectFile two = open(IoClass.FOREGROUND, mine, disk);
        DirectFile three = open(IoClass.FOREGROUND, disk)) {
      for (int i = 0; i < 20; i++) {
        all.add(one.readAsync(page, 0));
        all.add(two.readAsync(page, 0));
        all.add(three.readAsync(page, 0));
      }
      assertEquals(3, hold.pending());
      hold.completeAll();
      all.forEach(each -> assertEquals((long) PAGE, each.getNow(-2L)));
    }
    assertEquals(3, disk.peak());
    assertEquals(2, mine.peak());
  }

  @Test
  void operationsThatEndAtOnceDoNotNest() throws IOException {
    IoLimits disk = IoLimits.builder("disk").operations(1).build();
    MemoryHost prompt = MemoryHost.of(LENGTH, device -> device);
    AtomicInteger done = new AtomicInteger();
    try (DirectFile slow = open(IoClass.FOREGROUND, disk);
        DirectFile fast = prompt.open(DirectFileOptions.DEFAULT.withLimits(disk))) {
      CompletableFuture<Long> first = slow.readAsync(page, 0);
      for (int i = 0; i < 20_000; i++) {
        fast.readAsync(page, 0).thenRun(done::incrementAndGet);
      }
      assertEquals(0, done.get());
      hold.complete(0);
      assertTrue(first.isDone());
      assertEquals(20_000, done.get());
    }
  }

  @Test
  void largeTransfersAreSplitToFit() throws IOException {
    IoLimits disk = IoLimits.builder("disk").bytes(64 << 10).build();
    try (DirectFile file = open(IoClass.FOREGROUND, disk)) {
      CompletableFuture<Long> read = file.readAsync(arena.allocate(1 << 20, PAGE), 0);
      assertEquals(1, hold.pending());
      assertEquals(64 << 10, hold.pending(0).length());
      hold.completeAll();
      assertEquals(1L << 20, read.getNow(-2L));
    }
    assertEquals(64 << 10, disk.peakBytes());
  }

  @EachEngine
  void everyEngineKeepsWithinLimits(String engine, @TempDir Path directory) throws Exception {
    IoLimits disk =
        IoLimits.builder("disk").operations(3).bytes(128 << 10).background(1, 64 << 10).build();
    DirectFileOptions options = DirectFileOptions.DEFAULT.withEngine(engine).withLimits(disk);
    Path path = directory.resolve("file");
    try (DirectFile index = OpenFile.on(options, path);
        DirectFile bulk = OpenFile.on(options.withIoClass(IoClass.BACKGROUND), path)) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(transferAndCheck(i % 2 == 0 ? index : bulk, i * (1L << 20)));
      }
      all.forEach(CompletableFuture::join);
      assertEquals(0, index.counters().queued() + bulk.counters().queued());
    }
    assertTrue(disk.peak() <= 3 && disk.peakBytes() <= 128 << 10, disk.toString());
    assertEquals(1, disk.peak(IoClass.BACKGROUND));
    assertEquals(0, disk.outstandingBytes(IoClass.FOREGROUND));
  }

  /** On a thread of its own: a stream behind, asynchronous and blocking reads, any alignment. */
  private static CompletableFuture<Void> transferAndCheck(DirectFile file, long position) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    byte[] bytes = OpenFile.bytes(300_000, position);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                try (SequentialWriter writer = file.writer(position)) {
                  writer.write(bytes);
                }
                ByteBuffer later = ByteBuffer.allocateDirect(bytes.length);
                CompletableFuture<Long> reading = file.readAsync(later, position);
                file.prefetch(position, 100_000);
                ByteBuffer now = ByteBuffer.allocate(bytes.length - 5);
                file.read(now, position + 5);
                assertEquals(ByteBuffer.wrap(bytes, 5, bytes.length - 5), now.flip());
                reading.join();
                assertEquals(ByteBuffer.wrap(bytes), later);
                done.complete(null);
              } catch (Throwable failure) {
                done.completeExceptionally(failure);
              }
            });
    return done;
  }

  @Test
  void aFileWithoutLimitsHasNothingBeforeItsDevice() throws IOException {
    try (DirectFile file = host.open(DirectFileOptions.DEFAULT)) {
      assertSame(host, file.transfers().device());
    }
  }
}
