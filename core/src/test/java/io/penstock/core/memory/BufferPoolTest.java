package io.penstock.core.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.fixture.Background;
import io.penstock.rules.Rule;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool's budget, its accounts, and how it finds what was not given back. */
@Rule("MEM-4")
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BufferPoolTest {
  private final BlockingQueue<String> warnings = new LinkedBlockingQueue<>();

  private BufferPool pool(long budget) {
    return new BufferPool("test", budget, false, warnings::add);
  }

  private BufferPool leakFinder() {
    return new BufferPool("test", BufferPool.UNBOUNDED, true, warnings::add);
  }

  @Test
  void takingBeyondTheBudgetWaitsUntilOthersGiveBack() throws Exception {
    BufferPool pool = pool(8192);
    PooledBuffer first = pool.take(4096);
    PooledBuffer second = pool.take(1);
    Background<PooledBuffer> third = Background.start(() -> pool.take(4096)).awaitParked();
    assertFalse(third.isDone());
    first.close();
    assertEquals(second.segment().byteSize(), third.result().segment().byteSize());
    assertEquals(1, pool.usage().waits());
    assertEquals(8192, pool.bytesHeld());
    second.close();
    third.result().close();
    pool.close();
  }

  @Test
  void virtualThreadsWaitToo() throws Exception {
    BufferPool pool = pool(4096);
    PooledBuffer only = pool.take(4096);
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      FutureTask<Void> task =
          new FutureTask<>(
              () -> {
                pool.take(4096).close();
                return null;
              });
      tasks.add(task);
      Thread.ofVirtual().name("taker").start(task);
    }
    only.close();
    for (FutureTask<Void> each : tasks) {
      each.get();
    }
    assertEquals(101, pool.usage().takes());
    assertEquals(4096, pool.bytesHeld());
    pool.close();
  }

  @Test
  void interruptDoesNotCutTheWaitShortAndIsKept() throws Exception {
    BufferPool pool = pool(4096);
    PooledBuffer only = pool.take(4096);
    Background<Boolean> taker =
        Background.start(
            () -> {
              Thread.currentThread().interrupt();
              pool.take(4096).close();
              return Thread.currentThread().isInterrupted();
            });
    while (pool.usage().waits() == 0) {
      Thread.onSpinWait();
    }
    assertFalse(taker.isDone());
    only.close();
    assertTrue(taker.result());
    pool.close();
  }

  @Test
  void whoMayNotWaitIsToldOrGoesBeyondTheBudget() {
    BufferPool pool = pool(4096);
    PooledBuffer only = pool.take(4096);
    assertNull(pool.tryTake(4096));
    PooledBuffer beyond = pool.takeNow(8192);
    MemorySegment memory = beyond.segment();
    assertEquals(new PoolUsage(4096, 4096, 12288, 12288, 8192, 2, 1, 0, 1), pool.usage());
    beyond.close();
    assertFalse(memory.scope().isAlive(), "freed when it is given back");
    only.close();
    assertEquals(new PoolUsage(4096, 4096, 0, 12288, 0, 2, 1, 0, 1), pool.usage());
    PooledBuffer again = pool.tryTake(4096);
    assertNotNull(again);
    again.close();
    pool.close();
  }

  @Test
  void idleBuffersOfOtherSizesMakeRoom() {
    BufferPool pool = pool(16384);
    PooledBuffer large = pool.take(8192);
    PooledBuffer small = pool.take(4096);
    MemorySegment memory = large.segment();
    large.close();
    small.close();
    pool.take(16384).close();
    assertFalse(memory.scope().isAlive());
    assertEquals(16384, pool.bytesHeld());
    pool.close();
  }

  @Test
  void smallTakesDoNotStarveALargeOneThatWaits() throws Exception {
    BufferPool pool = pool(8192);
    PooledBuffer first = pool.take(4096);
    PooledBuffer second = pool.take(4096);
    Background<PooledBuffer> large = Background.start(() -> pool.take(8192)).awaitParked();
    first.close();
    assertNull(pool.tryTake(4096), "somebody was here before");
    assertFalse(large.isDone());
    second.close();
    large.result().close();
    pool.close();
  }

  @Test
  void whatCanNeverBeHadIsRefusedAtOnce() {
    BufferPool pool = pool(8192);
    assertEquals(
        "a buffer of 16384 bytes is over the budget of pool test, 8192 bytes",
        assertThrows(IllegalArgumentException.class, () -> pool.take(8193)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> pool(100));
    pool.close();
    pool.close();
    assertEquals(
        "pool test is closed",
        assertThrows(IllegalStateException.class, () -> pool.take(1)).getMessage());
  }

  @Test
  void budgetOfTheSharedPoolIsSetBeforeItsFirstUseOrNotAtAll() {
    assertTrue(BufferPool.shared().usage().budgetBytes() >= BufferPool.MIN_BYTES);
    assertThrows(IllegalStateException.class, () -> BufferPool.shareBudget(1 << 20));
  }

  @Test
  @Tag("stress")
  void manyThreadsNeverShareABufferNorHoldMoreThanTheBudget() throws Exception {
    BufferPool pool = pool(6 * 4096);
    AtomicBoolean wrong = new AtomicBoolean();
    List<Background<Void>> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      long id = i + 1;
      threads.add(
          Background.start(
              () -> {
                for (int n = 0; n < 20_000; n++) {
                  try (PooledBuffer buffer = pool.take(n % 7 == 0 ? 8192 : 4096)) {
                    MemorySegment memory = buffer.segment();
                    memory.set(ValueLayout.JAVA_LONG, 0, id);
                    Thread.onSpinWait();
                    if (memory.get(ValueLayout.JAVA_LONG, 0) != id) {
                      wrong.set(true);
                    }
                  }
                }
                return null;
              }));
    }
    for (Background<Void> each : threads) {
      each.result();
    }
    assertFalse(wrong.get());
    assertTrue(pool.bytesHeld() <= 6 * 4096);
    assertEquals(80_000, pool.usage().takes());
    pool.close();
  }

  // --- leaks ---

  private static PooledBuffer forgetful(BufferPool pool) {
    return pool.take(4096);
  }

  @Test
  void reportSaysWhereEachBufferWasTakenThatIsOut() {
    BufferPool pool = leakFinder();
    pool.take(8192).close();
    PooledBuffer out = forgetful(pool);
    String report = pool.report();
    assertTrue(report.startsWith("pool test: 4096 bytes not given back\n  4096 bytes taken by"));
    assertTrue(report.contains("BufferPoolTest.forgetful"), report);
    assertFalse(report.contains("BufferPool.take"), "from whom it was taken is no news");
    assertFalse(report.contains("8192"), report);
    String refusal = assertThrows(IllegalStateException.class, pool::close).getMessage();
    assertTrue(refusal.contains("BufferPoolTest.forgetful"), refusal);
    out.close();
    assertEquals("pool test: 0 bytes not given back", pool.report());
    pool.close();
  }

  @Test
  void secondCloseAndLaterUseSayWhereItWasGivenBack() {
    BufferPool pool = leakFinder();
    PooledBuffer buffer = pool.take(4096);
    giveBack(buffer);
    PooledBuffer others = pool.take(4096);
    String twice = assertThrows(IllegalStateException.class, buffer::close).getMessage();
    assertTrue(twice.startsWith("this pooled buffer was given back before: given back by thread"));
    assertTrue(twice.contains("BufferPoolTest.giveBack"), twice);
    String late = assertThrows(IllegalStateException.class, buffer::segment).getMessage();
    assertTrue(late.contains("BufferPoolTest.giveBack"), late);
    others.close();
    pool.close();
  }

  private static void giveBack(PooledBuffer buffer) {
    buffer.close();
  }

  @Test
  void bufferThatIsDroppedIsWarnedOf() throws InterruptedException {
    BufferPool pool = leakFinder();
    forgetful(pool);
    String warning = null;
    while (warning == null) {
      System.gc();
      warning = warnings.poll(50, TimeUnit.MILLISECONDS);
    }
    assertTrue(warning.startsWith("a pooled buffer was dropped and not given back: 4096 bytes"));
    assertTrue(warning.contains("BufferPoolTest.forgetful"), warning);
    assertTrue(pool.report().contains("dropped"), pool.report());
    pool.take(4096).close();
    assertNull(warnings.poll(), "what was given back is no leak");
  }
}
