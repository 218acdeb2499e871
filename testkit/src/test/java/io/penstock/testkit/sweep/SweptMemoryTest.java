package io.penstock.testkit.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.penstock.rules.Rule;
import io.penstock.testkit.sweep.Facts.SentBio;
import io.penstock.testkit.sweep.Step.Transfer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The memory of a sweep tells an engine that gives segments back once from one that does not. */
@Rule("MEM-4")
class SweptMemoryTest {
  private final Transfer step = Step.write(0, 512, 512).inHeap();
  private final Ledger ledger = new Ledger(Delivery.WAITING, List.of());
  private final Facts facts = ledger.begin(step, 1, 0, true);

  @Test
  void segmentsTakenAndReleasedOnceAreBalanced() throws IOException {
    try (MemoryBank bank = new MemoryBank()) {
      SweptMemory memory = new SweptMemory(step, facts, ledger, bank);
      memory.acquire(0);
      memory.release(0);
      assertNull(memory.unbalanced());
    }
  }

  @Test
  void aSegmentReleasedTwiceIsFound() throws IOException {
    try (MemoryBank bank = new MemoryBank()) {
      SweptMemory memory = new SweptMemory(step, facts, ledger, bank);
      memory.acquire(1);
      memory.release(1);
      memory.release(1);
      assertEquals("segment 1 was taken 1 times and released 2 times (MEM-4)", memory.unbalanced());
    }
  }

  @Test
  void aSegmentNeverReleasedIsFound() throws IOException {
    try (MemoryBank bank = new MemoryBank()) {
      SweptMemory memory = new SweptMemory(step, facts, ledger, bank);
      memory.acquire(0);
      assertEquals("segment 0 was taken 1 times and released 0 times (MEM-4)", memory.unbalanced());
    }
  }

  @Test
  void aSegmentReleasedUnderAnOperationIsFound() throws IOException {
    try (MemoryBank bank = new MemoryBank()) {
      SweptMemory memory = new SweptMemory(step, facts, ledger, bank);
      MemorySegment taken = memory.acquire(0);
      facts.bios.add(new SentBio(true, 0, 512, false, List.of(taken)));
      memory.release(0);
      assertEquals(
          "segment 0 was released under an operation in flight (MEM-4)", ledger.violation());
    }
  }
}
