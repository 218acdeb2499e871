package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class LargePagesTest {
  @Test
  void contentsStayAsTheyAre() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(3L * LargePages.BYTES, LargePages.BYTES);
      for (long at = 0; at < memory.byteSize(); at += 4096) {
        memory.set(ValueLayout.JAVA_LONG, at, at * 31);
      }
      boolean moved = LargePages.use(memory);
      for (long at = 0; at < memory.byteSize(); at += 4096) {
        assertEquals(at * 31, memory.get(ValueLayout.JAVA_LONG, at));
      }
      assumeTrue(moved, "skipped: this kernel has no large page to give");
    }
  }

  @Test
  void memoryThatCannotBeOnLargePagesIsLeft() {
    assertFalse(LargePages.use(MemorySegment.ofArray(new byte[LargePages.BYTES])));
    assertFalse(LargePages.use(MemorySegment.NULL));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(2L * LargePages.BYTES, LargePages.BYTES);
      assertFalse(LargePages.use(memory.asSlice(4096)));
      assertFalse(LargePages.use(memory.asSlice(0, 4096)));
    }
  }
}
