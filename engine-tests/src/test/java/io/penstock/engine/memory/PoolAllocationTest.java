package io.penstock.engine.memory;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.memory.BufferPool;
import io.penstock.rules.Rule;
import io.penstock.testkit.Garbage;
import org.junit.jupiter.api.Test;

/** What taking a pooled buffer costs. */
class PoolAllocationTest {
  @Test
  @Rule("MEM-4")
  void takingAndGivingBackAllocateNothingOnceThePoolIsWarm() throws Exception {
    try (BufferPool pool = new BufferPool("warm", BufferPool.UNBOUNDED, false)) {
      long bytes = Garbage.ofThisThread(100_000, 10_000, count -> takeAndGiveBack(pool, count));
      assertTrue(bytes < 10_000, bytes + " bytes for 100,000 times");
    }
  }

  private static void takeAndGiveBack(BufferPool pool, int times) {
    for (int i = 0; i < times; i++) {
      pool.take(4096).close();
    }
  }
}
