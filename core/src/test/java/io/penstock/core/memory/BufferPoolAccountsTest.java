package io.penstock.core.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.LogBook;
import io.penstock.rules.Rule;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sizes of pooled buffers, what a pool counts, and what it says. */
@Rule("MEM-4")
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BufferPoolAccountsTest {
  private final BufferPool pool = new BufferPool("test", BufferPool.UNBOUNDED, false);

  @Test
  void buffersAreOfTheNextPowerOfTwoAndAlignedToIt() {
    for (long[] each :
        new long[][] {
          {1, 4096},
          {4096, 4096},
          {4097, 8192},
          {8192, 8192},
          {8193, 16384},
          {65536, 65536},
          {65537, 131072},
          {(4 << 20) - 1, 4 << 20},
          {4 << 20, 4 << 20}
        }) {
      try (PooledBuffer buffer = pool.take(each[0])) {
        MemorySegment memory = buffer.segment();
        assertEquals(each[1], memory.byteSize(), "of " + each[0]);
        assertEquals(0, memory.address() % Math.min(each[1], 65536), "of " + each[0]);
        assertEquals(each[1] + " bytes of pool test", buffer.toString());
        assertEquals(each[1], pool.bytesInUse());
      }
    }
    assertEquals(0, pool.bytesInUse());
    pool.close();
  }

  @Test
  void sizesThatCannotBeAreRefused() {
    for (long bytes : new long[] {-1, 0, (4 << 20) + 1, Long.MAX_VALUE}) {
      assertEquals(
          "a pooled buffer of " + bytes + " bytes; it may have 1 to 4194304",
          assertThrows(IllegalArgumentException.class, () -> pool.take(bytes)).getMessage());
      assertThrows(IllegalArgumentException.class, () -> pool.tryTake(bytes));
      assertThrows(IllegalArgumentException.class, () -> pool.takeNow(bytes));
    }
    assertEquals(
        "budget 4095 of pool small must be at least one buffer of 4096 bytes",
        assertThrows(IllegalArgumentException.class, () -> new BufferPool("small", 4095, false))
            .getMessage());
    assertEquals(
        "budget 4095 must be at least 4096 bytes",
        assertThrows(IllegalArgumentException.class, () -> BufferPool.shareBudget(4095))
            .getMessage());
    BufferPool smallest = new BufferPool("smallest", 4096, false);
    smallest.take(4096).close();
    smallest.close();
  }

  @Test
  void manyBuffersOfOneSizeAreKeptAndUsedAgainLastFirst() {
    List<PooledBuffer> taken = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 30; i++) {
        taken.add(pool.take(4096));
      }
      assertEquals(30, taken.stream().map(each -> each.segment().address()).distinct().count());
      assertEquals(30 * 4096, pool.bytesHeld());
      PooledBuffer last = taken.getLast();
      MemorySegment memory = last.segment();
      taken.forEach(PooledBuffer::close);
      taken.clear();
      try (PooledBuffer again = pool.take(1)) {
        assertSame(memory, again.segment());
      }
    }
    assertEquals(
        new PoolUsage(Long.MAX_VALUE, 30 * 4096, 0, 30 * 4096, 0, 62, 30, 0, 0), pool.usage());
    pool.close();
    assertEquals(0, pool.bytesHeld());
  }

  @Test
  void peakIsTheMostThatWasOutAtTheSameTime() {
    PooledBuffer one = pool.take(8192);
    PooledBuffer two = pool.take(4096);
    one.close();
    pool.take(4096).close();
    assertEquals(12288, pool.usage().peakInUseBytes());
    two.close();
    pool.close();
  }

  @Test
  void idleBuffersAreFreedNoMoreThanMakesRoom() {
    BufferPool bounded = new BufferPool("bounded", 32768, false);
    List<PooledBuffer> taken = new ArrayList<>();
    List<MemorySegment> large = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      taken.add(bounded.take(8192));
      large.add(taken.getLast().segment());
    }
    taken.add(bounded.take(4096));
    MemorySegment small = taken.getLast().segment();
    PooledBuffer out = bounded.take(4096);
    taken.forEach(PooledBuffer::close);
    bounded.take(16384).close();
    assertEquals(1, large.stream().filter(each -> each.scope().isAlive()).count(), "large first");
    assertTrue(small.scope().isAlive());
    assertEquals(32768, bounded.bytesHeld());
    out.close();
    bounded.close();
    assertFalse(small.scope().isAlive());
  }

  @Test
  void whatIsOutMakesNoRoom() {
    BufferPool bounded = new BufferPool("bounded", 16384, false);
    PooledBuffer idle = bounded.take(4096);
    PooledBuffer out = bounded.take(8192);
    MemorySegment memory = idle.segment();
    idle.close();
    assertEquals(null, bounded.tryTake(16384), "8192 are out");
    assertTrue(memory.scope().isAlive(), "nothing was freed in vain");
    PooledBuffer beyond = bounded.takeNow(16384);
    assertEquals(16384, bounded.usage().beyondBytes());
    PooledBuffer exactly = bounded.tryTake(8192);
    assertNotNull(exactly, "what is beyond the budget takes none of it");
    assertEquals(16384, bounded.bytesHeld());
    exactly.close();
    beyond.close();
    out.close();
    assertEquals(0, bounded.usage().beyondBytes());
    bounded.close();
  }

  @Test
  void waitersAreServedInTheOrderTheyCame() throws Exception {
    BufferPool bounded = new BufferPool("bounded", 4096, false);
    PooledBuffer only = bounded.take(4096);
    Background<PooledBuffer> first = Background.start(() -> bounded.take(4096)).awaitParked();
    Background<PooledBuffer> second = Background.start(() -> bounded.take(4096)).awaitParked();
    only.close();
    PooledBuffer firsts = first.result();
    assertFalse(second.isDone());
    assertEquals(2, bounded.usage().waits());
    firsts.close();
    second.result().close();
    bounded.take(4096).close();
    bounded.close();
  }

  @Test
  void poolThatIsNotEmptySaysHowToFindWhoHasItsBuffers() {
    PooledBuffer out = pool.take(4096);
    assertEquals(
        "pool test: 4096 bytes not given back; to see where they were taken, run with"
            + " -Dpenstock.leaks=true",
        pool.report());
    assertEquals(
        "4096 bytes of this pool's buffers were not given back; give them back, then close it: "
            + pool.report(),
        assertThrows(IllegalStateException.class, pool::close).getMessage());
    out.close();
    assertEquals("pool test: 0 bytes not given back", pool.report());
    assertEquals("4096 bytes of pool test, given back", out.toString());
    assertEquals(
        "this pooled buffer was given back before",
        assertThrows(IllegalStateException.class, out::close).getMessage());
    pool.close();
  }

  @Test
  void smallestBudgetIsOneBuffer() {
    assertEquals(0, BufferPool.shared().bytesInUse(), "in use from here on");
    assertTrue(
        assertThrows(IllegalStateException.class, () -> BufferPool.shareBudget(4096))
            .getMessage()
            .startsWith("the budget of the shared pool was set before, or the pool is in use"));
  }

  @Test
  void roomForTwoIsGivenToTwoWhoWait() throws Exception {
    BufferPool bounded = new BufferPool("bounded", 8192, false);
    PooledBuffer all = bounded.take(8192);
    Background<PooledBuffer> first = Background.start(() -> bounded.take(4096)).awaitParked();
    Background<PooledBuffer> second = Background.start(() -> bounded.take(4096)).awaitParked();
    all.close();
    first.result();
    second.result().close();
    first.result().close();
    bounded.close();
  }

  @Test
  void leaksAreLoggedUnlessSomebodyElseWantsToKnow() {
    BufferPool watched = new BufferPool("watched", BufferPool.UNBOUNDED, true);
    try (LogBook log = LogBook.open()) {
      watched.take(4096);
      while (log.lines().isEmpty()) {
        System.gc();
        Thread.onSpinWait();
      }
      String line = log.lines().getFirst();
      assertTrue(line.startsWith("WARNING a pooled buffer was dropped and not given back"), line);
    }
  }
}
