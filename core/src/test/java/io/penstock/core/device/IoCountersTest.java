package io.penstock.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Direction;
import io.penstock.rules.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class IoCountersTest {
  private final IoCounters counters = new IoCounters();

  @Test
  void readsAndWritesAreCountedApart() {
    counters.add(Direction.READ, 4096, 1);
    counters.add(Direction.WRITE, 512, 2);
    assertEquals("reads=1 (4096 bytes) writes=2 (512 bytes)", counters.toString());
  }

  @Test
  void whatFailedIsTakenBack() {
    counters.add(Direction.WRITE, 8192, 2);
    counters.add(Direction.WRITE, -8192, -2);
    counters.add(Direction.WRITE, 512, 1);
    assertEquals(512, counters.writtenBytes());
    assertEquals(1, counters.writes());
  }

  @Test
  void whatIsTakenBackBeforeItIsSeenToBeAddedCancelsOut() {
    counters.add(Direction.READ, -4096, -1);
    assertEquals(-4096, counters.readBytes());
    counters.add(Direction.READ, 4096, 1);
    assertEquals(0, counters.readBytes());
    assertEquals(0, counters.reads());
  }

  @Test
  void additionsOfAnySizeAreExact() {
    long bytes = 0;
    long operations = 0;
    for (int shift = 0; shift < 60; shift++) {
      for (long near : new long[] {-1, 0, 1, 511, 512}) {
        long some = (1L << shift) + near;
        counters.add(Direction.READ, some, shift);
        bytes += some;
        operations += shift;
      }
    }
    assertEquals(bytes, counters.readBytes());
    assertEquals(operations, counters.reads());
  }

  @Test
  void manySmallOperationsDoNotOverflow() {
    long operations = 40_000_000;
    for (long i = 0; i < operations; i += 1000) {
      counters.add(Direction.WRITE, 512_000, 1000);
    }
    assertEquals(operations * 512, counters.writtenBytes());
    assertEquals(operations, counters.writes());
  }

  @Test
  void manyLargeOperationsDoNotOverflow() {
    long largest = (1L << 36) - 512;
    for (int i = 0; i < 10_000; i++) {
      counters.add(Direction.READ, largest, 1);
    }
    assertEquals(largest * 10_000, counters.readBytes());
    assertEquals(10_000, counters.reads());
  }

  @Test
  @Rule("BIO-10")
  void whatThreadsThatMetAddIsCountedWhicheverTheyAre() throws InterruptedException {
    Tally tally = new Tally();
    tally.add(512, 1);
    assertEquals(0, tally.spread()[0], "nothing was added to it");
    int threads = 128; // one after the other: their numbers go round all stripes
    for (int i = 0; i < threads; i++) {
      Thread.ofPlatform().name("adds-" + i).start(() -> tally.add(4096, 3)).join();
    }
    assertEquals(512 + threads * 4096L, tally.bytes());
    assertEquals(1 + threads * 3L, tally.operations());
    long[] stripes = tally.spread();
    assertSame(stripes, tally.spread());
    assertEquals(0, Arrays.stream(stripes).sum(), "emptied when it was read");
  }

  @Test
  @Rule("BIO-10")
  void manyOperationsOfThreadsThatMetDoNotOverflow() {
    Tally tally = new Tally();
    tally.spread();
    long operations = 40_000_000;
    for (long i = 0; i < operations; i += 1000) {
      tally.add(512_000, 1000);
    }
    assertEquals(operations * 512, tally.bytes());
    assertEquals(operations, tally.operations());
  }

  @Test
  @Tag("stress")
  void threadsLoseNothingAndReadersNeverSeeLessThanBefore() throws InterruptedException {
    int perThread = 300_000;
    List<Thread> threads = new ArrayList<>();
    CountDownLatch go = new CountDownLatch(1);
    for (int t = 0; t < 4; t++) {
      Runnable adds =
          () -> {
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            for (int i = 0; i < perThread; i++) {
              counters.add(Direction.READ, 4096, 100);
            }
          };
      threads.add(Thread.ofPlatform().name("adds-" + t).start(adds));
    }
    go.countDown();
    long before = 0;
    while (before < 4L * perThread * 100 && threads.stream().anyMatch(Thread::isAlive)) {
      long now = counters.reads();
      assertTrue(now >= before, now + " after " + before);
      before = now;
    }
    for (Thread each : threads) {
      each.join();
    }
    assertEquals(4L * perThread * 4096, counters.readBytes());
    assertEquals(4L * perThread * 100, counters.reads());
  }
}
