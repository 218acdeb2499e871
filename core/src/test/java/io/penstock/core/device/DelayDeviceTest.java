package io.penstock.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.completion.Completable;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Background;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DelayDeviceTest {
  private final MemoryDevice memory = MemoryDevice.of(1 << 20);

  @Test
  void bioIsCompletedNoEarlierThanItsDelayByAnotherThread() throws Exception {
    try (DelayDevice device = new DelayDevice(memory, Duration.ofMillis(20))) {
      AtomicReference<Thread> by = new AtomicReference<>();
      long start = System.nanoTime();
      BioProbe read = BioProbe.read(device, 0, 512);
      read.bio.synchronous(true);
      read.then(() -> by.set(Thread.currentThread())).submit().await();
      assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20));
      assertNotSame(Thread.currentThread(), by.get());
      assertTrue(read.succeeded());
      assertFalse(device.limits().runsInCaller());
    }
  }

  @Test
  void shorterDelaysOvertakeAndEqualOnesKeepTheirOrder() throws Exception {
    try (DelayDevice device =
        new DelayDevice(memory, bio -> bio.deviceOffset() == 0 ? 200_000_000L : 0)) {
      List<Long> order = Collections.synchronizedList(new ArrayList<>());
      List<BioProbe> reads = new ArrayList<>();
      for (long offset : new long[] {0, 512, 1024, 1536}) {
        reads.add(BioProbe.read(device, offset, 512).then(() -> order.add(offset)).submit());
      }
      for (BioProbe read : reads) {
        read.await();
      }
      assertEquals(List.of(512L, 1024L, 1536L, 0L), order);
    }
  }

  /** The device hands nothing on any more until what is returned is opened. */
  private static CountDownLatch keepBusy(DelayDevice device) throws IOException {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    BioProbe.read(device, 0, 512)
        .then(
            () -> {
              busy.countDown();
              awaitOpen(go);
            })
        .submit();
    awaitOpen(busy);
    return go;
  }

  /** Has the device hand these on in one batch: it is kept busy until all of them are due. */
  private static void handOnTogether(DelayDevice device, List<BioProbe> bios) throws Exception {
    CountDownLatch go = keepBusy(device);
    long due = System.nanoTime();
    for (BioProbe each : bios) {
      each.bio.markInFlight();
      assertTrue(device.enqueue(each.bio, due));
    }
    go.countDown();
    for (BioProbe each : bios) {
      each.await();
    }
  }

  private static void awaitOpen(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void biosOfEqualTimeKeepTheirOrder() throws Exception {
    try (DelayDevice device = new DelayDevice(memory, Duration.ZERO)) {
      List<Long> order = Collections.synchronizedList(new ArrayList<>());
      List<BioProbe> reads = new ArrayList<>();
      List<Long> offsets = List.of(0L, 512L, 1024L, 1536L, 2048L, 2560L, 3072L);
      for (long offset : offsets) {
        reads.add(BioProbe.read(device, offset, 512).then(() -> order.add(offset)));
      }
      handOnTogether(device, reads);
      assertEquals(offsets, order);
    }
  }

  @Test
  @Rule("CMP-10")
  void handlersOfBiosThatAreDueTogetherRunAfterTheLastOfThem() throws Exception {
    try (DelayDevice device = new DelayDevice(memory, Duration.ZERO)) {
      for (int round = 0; round < 2; round++) {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch handled = new CountDownLatch(2);
        List<BioProbe> reads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          Completable handler =
              new Completable() {
                @Override
                protected void runCompletion() {
                  order.add("handler");
                  handled.countDown();
                }
              };
          Runnable done =
              () -> {
                order.add("done");
                HandlerQueue.current().add(handler);
              };
          reads.add(BioProbe.read(device, 0, 512).then(done));
        }
        handOnTogether(device, reads);
        awaitOpen(handled);
        assertEquals(List.of("done", "done", "handler", "handler"), order);
      }
    }
  }

  @Test
  void bioThatWaitsLongKeepsNobodyFromSubmitting() throws Exception {
    try (DelayDevice device =
        new DelayDevice(
            memory, bio -> bio.deviceOffset() == 0 ? TimeUnit.HOURS.toNanos(1) : 1_000L)) {
      BioProbe.read(device, 0, 512).submit();
      for (int i = 0; i < 100; i++) {
        assertTrue(BioProbe.read(device, 512, 512).submit().await().succeeded());
      }
    }
  }

  @Test
  @Rule("CMP-11")
  void cancelOfABioThatWasHandedOnReachesTheDeviceBehind() throws Exception {
    HoldDevice behind = new HoldDevice(memory);
    try (DelayDevice device = new DelayDevice(behind, Duration.ZERO)) {
      BioProbe write = BioProbe.write(device, 0, new byte[512]).submit();
      assertTrue(behind.awaitPending(1, Duration.ofSeconds(30)));
      device.cancel(write.bio, write.bio.generation());
      assertEquals(Errno.ECANCELED.number(), write.errno());
    }
  }

  @Test
  @Rule("CMP-11")
  void waitingBioIsCancelledAndAnotherUseOfItIsNot() throws Exception {
    try (DelayDevice device = new DelayDevice(memory, Duration.ofHours(1))) {
      BioProbe write = BioProbe.write(device, 0, new byte[512]).submit();
      device.cancel(write.bio, write.bio.generation() + 1);
      assertEquals(-1, write.errno());
      device.cancel(write.bio, write.bio.generation());
      assertEquals(Errno.ECANCELED.number(), write.errno());
    }
  }

  @Test
  @Rule("CMP-9")
  void ownerThatThrowsDoesNotStopTheThread() throws Exception {
    try (DelayDevice device = new DelayDevice(memory, Duration.ZERO)) {
      AtomicReference<Throwable> reported = new AtomicReference<>();
      IllegalStateException mistake = new IllegalStateException("owner");
      BioProbe.read(device, 0, 512)
          .then(
              () -> {
                Thread.currentThread()
                    .setUncaughtExceptionHandler((thread, failure) -> reported.set(failure));
                throw mistake;
              })
          .submit();
      assertTrue(BioProbe.read(device, 0, 512).submit().await().succeeded());
      assertSame(mistake, reported.get());
    }
  }

  @Test
  void closeCompletesWhatWaits() throws IOException {
    DelayDevice device = new DelayDevice(memory, Duration.ofHours(1));
    BioProbe write = BioProbe.write(device, 0, new byte[512]).submit();
    device.close();
    device.close();
    assertEquals(Errno.ENODEV.number(), write.errno());
    assertEquals(Errno.ENODEV.number(), BioProbe.write(device, 0, new byte[512]).submit().errno());
  }

  @Test
  void closeWaitsForWhatIsHandedOnThenClosesTheDeviceBehind() throws Exception {
    for (boolean interrupt : new boolean[] {false, true}) {
      MemoryDevice behind = MemoryDevice.of(1 << 20);
      DelayDevice device = new DelayDevice(behind, Duration.ZERO);
      CountDownLatch go = keepBusy(device);
      Background<Boolean> close =
          Background.start(
                  () -> {
                    device.close();
                    return Thread.currentThread().isInterrupted();
                  })
              .awaitParked();
      if (interrupt) {
        close.thread().interrupt();
        while (close.thread().isInterrupted()) {
          Thread.onSpinWait();
        }
        close.awaitParked();
      }
      assertFalse(close.isDone());
      assertTrue(BioProbe.read(behind, 0, 512).submit().succeeded(), "open still");
      go.countDown();
      assertEquals(interrupt, close.result(), "the interrupt status is kept");
      assertEquals(Errno.ENODEV.number(), BioProbe.read(behind, 0, 512).submit().errno());
    }
  }
}
