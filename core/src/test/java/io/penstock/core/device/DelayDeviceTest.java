package io.penstock.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.error.Errno;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
  @Rule("CMP-11")
  void bioThatWasHandedOnIsCancelledAtTheDeviceBehind() throws Exception {
    HoldDevice hold = new HoldDevice(memory);
    try (DelayDevice device = new DelayDevice(hold, Duration.ZERO)) {
      BioProbe write = BioProbe.write(device, 0, new byte[512]).submit();
      assertTrue(hold.awaitPending(1, Duration.ofSeconds(30)));
      device.cancel(write.bio, write.bio.generation());
      assertEquals(Errno.ECANCELED.number(), write.errno());
    }
  }

  @Test
  void closeEndsTheThreadThenClosesTheDeviceBehindAndKeepsAnInterrupt() throws Exception {
    AtomicReference<Thread> worker = new AtomicReference<>();
    List<String> closed = new ArrayList<>();
    DelayDevice device =
        new DelayDevice(
            new ForwardingDevice(memory) {
              @Override
              public void close() throws IOException {
                closed.add("thread lives: " + worker.get().isAlive());
                super.close();
              }
            },
            Duration.ZERO);
    BioProbe read = BioProbe.read(device, 0, 512);
    read.then(() -> worker.set(Thread.currentThread())).submit().await();
    Thread.currentThread().interrupt();
    device.close();
    assertTrue(Thread.interrupted());
    assertEquals(List.of("thread lives: false"), closed);
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
}
