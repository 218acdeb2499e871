package io.penstock.core.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.rules.Rule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a vector knows of its segments. */
class IoVectorTest {
  private final IoArena arena = IoArena.ofShared();
  private final Arena shared = Arena.ofShared();

  @AfterEach
  void close() {
    arena.close();
    shared.close();
  }

  private static MemorySegment heap(int length) {
    return MemorySegment.ofArray(new byte[length]);
  }

  @Test
  void vectorGrowsAndKeepsOrder() {
    IoVector vector = IoVector.empty();
    assertEquals(0, vector.count());
    for (int i = 1; i <= 9; i++) {
      assertSame(vector, vector.add(heap(i)));
    }
    assertEquals(9, vector.count());
    assertEquals(45, vector.total());
    for (int i = 0; i < 9; i++) {
      assertEquals(i + 1, vector.length(i));
      assertEquals(i + 1, vector.segment(i).byteSize());
      assertSame(MemoryKind.HEAP, vector.kind(i));
      assertNull(vector.arena(i));
    }
    assertEquals("9 segments, 45 bytes", vector.toString());
    assertEquals(0, IoVector.of(new MemorySegment[0]).count());
    assertEquals(0, IoVector.of(new ByteBuffer[0]).count());
  }

  @Test
  @Rule("MEM-4")
  void kindOfEachSegmentIsKnown() {
    MemorySegment own = arena.allocate(512, 512);
    IoVector vector = IoVector.of(own, Arena.ofAuto().allocate(8));
    assertSame(MemoryKind.IO_ARENA, vector.kind(0));
    assertSame(arena, vector.arena(0));
    assertSame(MemoryKind.COLLECTED, vector.kind(1));
    assertFalse(vector.hasRestrictedMemory());
    assertTrue(IoVector.of(own, shared.allocate(8)).hasRestrictedMemory());
    assertTrue(IoVector.of(heap(8), own).hasRestrictedMemory());
    assertSame(MemoryKind.COLLECTED, MemoryKind.of(Arena.global().allocate(8)));
    assertSame(
        MemoryKind.COLLECTED, MemoryKind.of(MemorySegment.ofBuffer(ByteBuffer.allocateDirect(8))));
    assertSame(MemoryKind.CLOSEABLE, MemoryKind.of(shared.allocate(8)));
    try (Arena confined = Arena.ofConfined()) {
      assertSame(MemoryKind.CONFINED, MemoryKind.of(confined.allocate(8)));
      IoVector others = IoVector.of(own, shared.allocate(8));
      assertFalse(others.hasConfinedMemory());
      assertTrue(others.add(confined.allocate(8)).add(own).hasConfinedMemory());
    }
    assertFalse(vector.hasConfinedMemory());
  }

  @Test
  @Rule("MEM-4")
  void bytesThatHaveToBeCopiedAreThoseThatOthersMayTakeAway() {
    IoVector vector = IoVector.of(arena.allocate(512, 512), Arena.ofAuto().allocate(1024));
    assertEquals(0, vector.copiedBytes(true));
    vector.add(heap(1)).add(shared.allocate(20)).add(heap(300));
    assertEquals(321, vector.copiedBytes(true));
    assertEquals(20, vector.copiedBytes(false));
    try (Arena confined = Arena.ofConfined()) {
      vector.add(confined.allocate(4000));
      assertEquals(4020, vector.copiedBytes(false));
    }
    assertEquals(0, vector.clear().copiedBytes(true));
    vector = IoVector.of(index -> heap(512), 512);
    assertEquals(0, vector.copiedBytes(true), "nobody knows yet");
  }

  @Test
  @Rule({"ADM-3", "ADM-4"})
  void lengthsAndAddressesAreLookedAtTogether() {
    MemorySegment page = arena.allocate(4096, 4096);
    IoVector vector = IoVector.of(page.asSlice(0, 1024), page.asSlice(1024, 512));
    assertTrue(vector.isMultipleOf(512));
    assertFalse(vector.isMultipleOf(1024));
    assertTrue(vector.isAddressMultipleOf(1024));
    assertFalse(vector.isAddressMultipleOf(2048));
    vector.add(heap(100));
    assertTrue(vector.isAddressMultipleOf(1024), "heap memory has no address");
    assertTrue(vector.isMultipleOf(4));
    assertFalse(vector.isMultipleOf(8));
  }

  @Test
  void clearedVectorKnowsNothingOfWhatItHeld() {
    MemorySegment page = arena.allocate(4096, 4096);
    IoVector vector =
        IoVector.of(heap(3), shared.allocate(5).asReadOnly(), page.asSlice(1, 512).asReadOnly());
    assertTrue(vector.isReadOnly());
    assertSame(vector, vector.clear());
    assertEquals(0, vector.count());
    assertEquals(0, vector.total());
    assertFalse(vector.isReadOnly());
    assertFalse(vector.hasRestrictedMemory());
    vector.add(page);
    assertTrue(vector.isMultipleOf(4096));
    assertTrue(vector.isAddressMultipleOf(4096));
    assertSame(page, vector.segment(0));
    assertSame(arena, vector.arena(0));
    assertNull(vector.segment(1), "let go, for the collector");
    assertNull(vector.arena(2));
  }

  @Test
  void buffersGiveWhatRemainsInThem() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(100).position(10).limit(74);
    ByteBuffer readOnly = ByteBuffer.allocate(16).asReadOnlyBuffer();
    IoVector vector = IoVector.of(buffer, ByteBuffer.allocate(8));
    assertEquals(64, vector.length(0));
    assertEquals(72, vector.total());
    assertEquals(10, buffer.position(), "does not move");
    assertFalse(vector.isReadOnly());
    assertTrue(IoVector.of(readOnly, buffer).isReadOnly());
  }

  @Test
  @Rule("MEM-1")
  void vectorOverASourceKnowsItsLengthsOnly() {
    SegmentSource source = index -> heap(512);
    long[] lengths = {512, 0, 1024};
    IoVector vector = IoVector.of(source, lengths);
    lengths[0] = 99;
    assertSame(source, vector.source());
    assertEquals(3, vector.count());
    assertEquals(512, vector.length(0), "a copy");
    assertEquals(1536, vector.total());
    assertTrue(vector.isMultipleOf(512));
    assertFalse(vector.isMultipleOf(1024));
    assertEquals("3 segments, 1536 bytes from a source", vector.toString());
    assertEquals(
        "segment length -1 must not be negative",
        assertThrows(IllegalArgumentException.class, () -> IoVector.of(source, 512, -1))
            .getMessage());
    assertThrows(IllegalStateException.class, () -> vector.add(heap(1)));
    assertThrows(IllegalStateException.class, vector::clear);
    assertEquals(Long.MAX_VALUE, IoVector.of(source, Long.MAX_VALUE - 1, 1).total());
    assertThrows(IllegalArgumentException.class, () -> IoVector.of(source, Long.MAX_VALUE - 1, 2));
  }
}
