package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Maps of damaged file systems: refused, and never gone round in for ever. */
class FiemapAnswersTest {
  private final List<Long> visited = new ArrayList<>();

  /** A page of these extents, logical and length each, as an answer from {@code start} on. */
  private int take(long start, long count, long... extents) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment page = arena.allocate(32 + 128 * 56, 8);
      page.set(ValueLayout.JAVA_INT, 20, (int) count);
      for (int i = 0; i < extents.length / 2; i++) {
        page.set(ValueLayout.JAVA_LONG, 32 + i * 56L, extents[2 * i]);
        page.set(ValueLayout.JAVA_LONG, 32 + i * 56L + 16, extents[2 * i + 1]);
      }
      return new Fiemap.Page(start, extent -> visited.add(extent.logical())).take(page);
    }
  }

  @Test
  void theFirstExtentMayBeginBeforeTheRange() {
    assertEquals(0, take(4096, 2, 0, 8192, 16384, 4096));
    assertEquals(List.of(0L, 16384L), visited);
  }

  @Test
  void moreExtentsThanThereIsRoomForAreRefused() {
    assertEquals(Errno.EUCLEAN, take(0, 129));
    assertEquals(Errno.EUCLEAN, take(0, -1));
    assertEquals(List.of(), visited);
  }

  @Test
  void anExtentWithoutLengthOrBeyondTheLargestPositionIsRefused() {
    assertEquals(Errno.EUCLEAN, take(0, 1, 0, 0));
    assertEquals(Errno.EUCLEAN, take(0, 1, 0, -4096));
    assertEquals(Errno.EUCLEAN, take(0, 1, -4096, 8192));
    assertEquals(Errno.EUCLEAN, take(0, 1, 4096, Long.MAX_VALUE));
    assertEquals(List.of(), visited);
  }

  @Test
  void anExtentThatDoesNotLeadOnIsRefused() {
    assertEquals(Errno.EUCLEAN, take(0, 2, 0, 8192, 4096, 8192));
    assertEquals(List.of(0L), visited);
    assertEquals(Errno.EUCLEAN, take(8192, 1, 0, 8192));
  }
}
