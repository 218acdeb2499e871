package io.penstock.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Syncs of one file do not overlap, and the one that follows is for all who wait. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SyncTurnsTest {
  private final SyncTurns turns = new SyncTurns();
  private final List<SyncScope> ran = Collections.synchronizedList(new ArrayList<>());

  /** The first sync waits until it is let go. */
  private final CountDownLatch begun = new CountDownLatch(1);

  private final CountDownLatch letGo = new CountDownLatch(1);

  private void sync(SyncScope scope) throws IOException {
    ran.add(scope);
    begun.countDown();
    try {
      letGo.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Callable<Boolean> asking(SyncScope scope, SyncTurns.Sync sync) {
    return () -> {
      turns.run(scope, sync);
      return true;
    };
  }

  private void awaitWaiting(int threads) {
    while (turns.waiting() < threads) {
      Thread.onSpinWait();
    }
  }

  @Test
  @Rule("CMP-6")
  void thoseWhoComeWhileOneRunsAreServedByTheNextTogether() throws Exception {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<Boolean>> all = new ArrayList<>();
      all.add(threads.submit(asking(SyncScope.DATA, this::sync)));
      begun.await();
      for (SyncScope each : List.of(SyncScope.DATA, SyncScope.ALL, SyncScope.DATA)) {
        Callable<Boolean> asking =
            () -> {
              turns.run(each, this::sync);
              return ran.size() == 2; // not before its own has begun
            };
        all.add(threads.submit(asking));
        awaitWaiting(all.size() - 1);
      }
      assertEquals(List.of(SyncScope.DATA), ran);
      letGo.countDown();
      for (Future<Boolean> each : all) {
        assertTrue(each.get(60, TimeUnit.SECONDS));
      }
    }
    assertEquals(List.of(SyncScope.DATA, SyncScope.ALL), ran);
    assertEquals(0, turns.waiting());
    turns.run(SyncScope.DATA, this::sync);
    assertEquals(List.of(SyncScope.DATA, SyncScope.ALL, SyncScope.DATA), ran);
  }

  @Test
  @Rule("CMP-6")
  void oneThatThrowsLetsTheNextRun() throws Exception {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      Future<Boolean> failing =
          threads.submit(
              asking(
                  SyncScope.DATA,
                  scope -> {
                    sync(scope);
                    throw new IOException("it failed");
                  }));
      begun.await();
      Future<Boolean> next = threads.submit(asking(SyncScope.ALL, this::sync));
      awaitWaiting(1);
      letGo.countDown();
      assertTrue(next.get(60, TimeUnit.SECONDS));
      assertThrows(ExecutionException.class, failing::get);
    }
    assertEquals(List.of(SyncScope.DATA, SyncScope.ALL), ran);
  }

  @Test
  void oneThatAsksForAnotherHasItRunAtOnce() throws IOException {
    letGo.countDown();
    turns.run(SyncScope.ALL, scope -> turns.run(SyncScope.DATA, this::sync));
    assertEquals(List.of(SyncScope.DATA), ran);
  }

  @Test
  @Rule("CMP-6")
  void whateverThreadsDoSyncsNeverOverlapAndBeginAfterTheyWereAskedFor() throws Exception {
    int each = 3_000;
    AtomicInteger running = new AtomicInteger();
    AtomicInteger begins = new AtomicInteger();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<Boolean>> all = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        Callable<Boolean> asking =
            () -> {
              for (int i = 0; i < each; i++) {
                int before = begins.get();
                turns.run(
                    SyncScope.DATA,
                    scope -> {
                      begins.incrementAndGet();
                      assertEquals(1, running.incrementAndGet());
                      running.decrementAndGet();
                    });
                assertTrue(begins.get() > before);
              }
              return true;
            };
        all.add(threads.submit(asking));
      }
      for (Future<Boolean> future : all) {
        assertTrue(future.get(60, TimeUnit.SECONDS));
      }
    }
    assertEquals(0, turns.waiting());
  }
}
