package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class IoVecTest {
  private final IoVec vector = new IoVec(Arena.ofAuto(), 3);

  @Test
  void entriesLieAsTheKernelReadsThem() {
    vector.add(0x1000, 7);
    vector.add(0x2000, 9);
    MemorySegment pending = vector.pending();
    assertEquals(0x1000, pending.get(ValueLayout.JAVA_LONG, 0));
    assertEquals(7, pending.get(ValueLayout.JAVA_LONG, 8));
    assertEquals(0x2000, pending.get(ValueLayout.JAVA_LONG, 16));
    assertEquals(9, pending.get(ValueLayout.JAVA_LONG, 24));
    assertEquals(2, vector.count());
    assertEquals(16, vector.totalBytes());
  }

  @Test
  void advanceDropsWholeEntriesAndCutsOne() {
    vector.add(0x1000, 4096);
    vector.add(0x9000, 4096);
    vector.advance(5120);
    assertEquals(1, vector.count());
    assertEquals(0x9400, vector.pending().get(ValueLayout.JAVA_LONG, 0));
    assertEquals(3072, vector.pending().get(ValueLayout.JAVA_LONG, 8));
    vector.advance(3072);
    assertEquals(0, vector.count());
    assertEquals(0, vector.totalBytes());
  }

  @Test
  void advanceByNothingOrToABoundaryLeavesNoEmptyEntry() {
    vector.add(0x1000, 16);
    vector.add(0x2000, 16);
    vector.advance(0);
    assertEquals(2, vector.count());
    vector.advance(16);
    assertEquals(1, vector.count());
    assertEquals(0x2000, vector.pending().get(ValueLayout.JAVA_LONG, 0));
  }

  @Test
  void moreThanIsThereCannotBeAdvancedOrAdded() {
    vector.add(0x1000, 16);
    assertThrows(IndexOutOfBoundsException.class, () -> vector.advance(17));
    assertThrows(IllegalArgumentException.class, () -> vector.add(0x1000, 0));
    vector.add(0x1000, 1);
    vector.add(0x1000, 1);
    assertTrue(vector.isFull());
    assertThrows(IllegalStateException.class, () -> vector.add(0x1000, 1));
    vector.clear();
    vector.add(0x1000, 1);
    assertEquals(1, vector.count());
  }

  @Test
  void heapMemoryIsRefused() {
    MemorySegment heap = MemorySegment.ofArray(new byte[8]);
    assertThrows(IllegalArgumentException.class, () -> vector.add(heap));
  }

  @Test
  void capacityIsWhatTheKernelTakes() {
    assertThrows(IllegalArgumentException.class, () -> new IoVec(Arena.ofAuto(), 1025));
    assertThrows(IllegalArgumentException.class, () -> new IoVec(Arena.ofAuto(), 0));
  }
}
