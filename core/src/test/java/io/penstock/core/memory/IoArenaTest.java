package io.penstock.core.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.fixture.Background;
import io.penstock.rules.Rule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Regions, registrations, and the end of an arena. */
@Rule("MEM-4")
class IoArenaTest {
  private final IoArena arena = IoArena.ofShared();

  private static boolean isZeros(MemorySegment memory) {
    return memory.mismatch(MemorySegment.ofArray(new byte[(int) memory.byteSize()])) == -1;
  }

  // --- allocation ---

  @Test
  void piecesAreAlignedZeroedAndApart() {
    try (arena) {
      List<MemorySegment> pieces = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        long alignment = 1L << i % 13;
        MemorySegment piece = arena.allocate(1 + i * 37 % 3000, alignment);
        assertEquals(0, piece.address() % alignment, "alignment " + alignment);
        assertTrue(isZeros(piece), "piece " + i);
        piece.fill((byte) (i + 1));
        pieces.add(piece);
        MemorySegment region = arena.regionOf(piece);
        assertTrue(
            piece.address() + piece.byteSize() <= region.address() + region.byteSize(),
            "piece " + i + " ends in its region");
      }
      for (int i = 0; i < pieces.size(); i++) {
        MemorySegment piece = pieces.get(i);
        assertEquals((byte) (i + 1), piece.get(ValueLayout.JAVA_BYTE, 0), "piece " + i);
        assertEquals(
            (byte) (i + 1), piece.get(ValueLayout.JAVA_BYTE, piece.byteSize() - 1), "end of " + i);
      }
    }
  }

  @Test
  void smallPiecesShareARegionUntilItIsFull() {
    try (arena) {
      MemorySegment first = arena.allocate(4096, 4096);
      MemorySegment region = arena.regionOf(first);
      assertEquals(65536, region.byteSize());
      assertSame(region, arena.regionOf(arena.allocate(61440, 1)), "the rest of it");
      MemorySegment next = arena.regionOf(arena.allocate(1, 1));
      assertEquals(131072, next.byteSize(), "twice as large");
    }
  }

  @Test
  void regionsGrowToTwoMebibytesAndNoFurther() {
    try (arena) {
      long largest = 0;
      for (int i = 0; i < 300; i++) {
        largest = Math.max(largest, arena.regionOf(arena.allocate(60_000, 1)).byteSize());
      }
      assertEquals(2 << 20, largest);
    }
  }

  @Test
  void largePiecesAndLargeAlignmentsHaveRegionsOfTheirOwn() {
    try (arena) {
      arena.allocate(1, 1);
      MemorySegment large = arena.allocate(65536, 512);
      assertEquals(65536, large.byteSize());
      assertEquals(0, large.address() % 4096, "begins at a page");
      assertEquals(large.address(), arena.regionOf(large).address());
      assertEquals(65536, arena.regionOf(large).byteSize());
      MemorySegment odd = arena.allocate(70_001, 1);
      assertEquals(70_001, odd.byteSize());
      assertEquals(18 * 4096, arena.regionOf(odd).byteSize(), "whole pages");
      MemorySegment wide = arena.allocate(100, 1 << 20);
      assertEquals(100, wide.byteSize());
      assertEquals(0, wide.address() % (1 << 20));
      assertEquals(wide.address(), arena.regionOf(wide).address());
      MemorySegment shared = arena.allocate(512, 65536);
      assertEquals(0, shared.address() % 65536);
      assertSame(arena.regionOf(shared), arena.regionOf(arena.allocate(1, 1)), "cut from it");
      assertEquals(0, arena.allocate(0, 1).byteSize());
    }
  }

  @Test
  void whatCannotBeAllocatedIsRefused() {
    try (arena) {
      assertThrows(IllegalArgumentException.class, () -> arena.allocate(-1, 1));
      assertThrows(IllegalArgumentException.class, () -> arena.allocate(1, 0));
      assertThrows(IllegalArgumentException.class, () -> arena.allocate(1, -4));
      assertEquals(
          "size 1 must not be negative, alignment 3 must be a power of two",
          assertThrows(IllegalArgumentException.class, () -> arena.allocate(1, 3)).getMessage());
    }
    assertEquals(
        "this IoArena is already closed",
        assertThrows(IllegalStateException.class, () -> arena.allocate(1, 1)).getMessage());
  }

  // --- whose memory it is ---

  @Test
  void memoryWithoutBytesIsOfItsArenaToo() {
    try (arena) {
      assertSame(arena, IoArena.owning(arena.allocate(0, 1)));
    }
  }

  @Test
  void memoryIsFoundByItsScopeAndItsRegionByItsAddress() {
    try (arena;
        IoArena other = IoArena.ofShared()) {
      MemorySegment mine = arena.allocate(512, 512);
      MemorySegment theirs = other.allocate(512, 512);
      assertSame(arena, IoArena.owning(mine.asSlice(100)));
      assertEquals(mine.scope(), arena.scope());
      assertSame(other, IoArena.owning(theirs));
      assertNull(IoArena.owning(Arena.ofAuto().allocate(1)));
      MemorySegment region = arena.regionOf(mine);
      MemorySegment end = region.asSlice(region.byteSize());
      assertThrows(IllegalArgumentException.class, () -> arena.regionOf(end), "just past it");
      assertSame(region, arena.regionOf(region.asSlice(region.byteSize() - 1)), "its last byte");
      assertThrows(IllegalArgumentException.class, () -> arena.regionOf(MemorySegment.NULL));
    }
  }

  // --- registrations and the end ---

  /** Ends when the test says so. */
  private static final class Registration implements MemoryRegistration {
    private final boolean soon;
    private final List<Runnable> ended = new ArrayList<>();

    Registration(boolean soon) {
      this.soon = soon;
    }

    @Override
    public boolean end(Runnable done) {
      ended.add(done);
      return soon;
    }
  }

  @Test
  void memoryIsFreedWhenTheLastRegistrationHasEnded() {
    MemorySegment memory = arena.allocate(512, 512);
    Registration one = new Registration(false);
    Registration two = new Registration(false);
    assertTrue(arena.register(one));
    assertTrue(arena.register(two));
    assertEquals(0, arena.inFlight(), "a registration is no operation");
    arena.close();
    assertNull(IoArena.owning(memory), "not to be used any more");
    assertTrue(memory.scope().isAlive());
    one.ended.getFirst().run();
    assertTrue(memory.scope().isAlive(), "the other still knows it");
    two.ended.getFirst().run();
    assertFalse(memory.scope().isAlive());
    assertEquals(1, one.ended.size());
  }

  @Test
  void closeWaitsForRegistrationsThatEndSoon() throws Exception {
    MemorySegment memory = arena.allocate(512, 512);
    Registration soon = new Registration(true);
    arena.register(soon);
    Background<Boolean> closing =
        Background.start(
            () -> {
              arena.close();
              return Thread.currentThread().isInterrupted();
            });
    closing.awaitParked();
    assertFalse(closing.isDone());
    assertTrue(memory.scope().isAlive());
    closing.thread().interrupt();
    closing.awaitParked();
    assertFalse(closing.isDone(), "an interrupt does not cut it short");
    soon.ended.getFirst().run();
    assertTrue(closing.result(), "and is kept");
    assertFalse(memory.scope().isAlive());
  }

  @Test
  void closeDoesNotWaitWhereOneRegistrationWaitsForItsThread() {
    MemorySegment memory = arena.allocate(512, 512);
    Registration soon = new Registration(true);
    Registration later = new Registration(false);
    arena.register(later);
    arena.register(soon);
    arena.close();
    soon.ended.getFirst().run();
    assertTrue(memory.scope().isAlive());
    later.ended.getFirst().run();
    assertFalse(memory.scope().isAlive());
  }

  @Test
  void registrationThatHasEndedByItselfIsNotAskedAgain() {
    Registration gone = new Registration(false);
    arena.register(gone);
    arena.unregister(gone);
    MemorySegment memory = arena.allocate(512, 512);
    arena.close();
    assertEquals(List.of(), gone.ended);
    assertFalse(memory.scope().isAlive());
  }

  @Test
  void closedArenaTakesNeitherOperationsNorRegistrations() {
    assertTrue(arena.acquire());
    assertEquals(
        "1 I/O operations on memory of this IoArena are in flight; wait for them, then close it",
        assertThrows(IllegalStateException.class, arena::close).getMessage());
    assertEquals(1, arena.inFlight());
    arena.release();
    arena.close();
    assertFalse(arena.acquire());
    assertEquals(0, arena.inFlight());
    assertFalse(arena.register(new Registration(false)));
    assertEquals(
        "this IoArena is already closed",
        assertThrows(IllegalStateException.class, arena::close).getMessage());
  }

  @Test
  @Rule("MEM-4")
  void arenaThatIsToCloseWhenItIsIdleIsClosedByTheLastOperation() {
    MemorySegment memory = arena.allocate(512, 512);
    Registration soon = new Registration(true);
    arena.register(soon);
    assertTrue(arena.acquire());
    assertTrue(arena.acquire());
    arena.closeWhenIdle();
    arena.release();
    assertEquals(1, arena.inFlight());
    assertEquals(List.of(), soon.ended);
    arena.release();
    assertFalse(arena.acquire());
    soon.ended.getFirst().run(); // nobody has waited for it
    assertFalse(memory.scope().isAlive());
    arena.closeWhenIdle();
  }

  @Test
  void idleArenaThatIsToCloseWhenItIsIdleIsClosedAtOnce() {
    MemorySegment memory = arena.allocate(512, 512);
    arena.closeWhenIdle();
    assertFalse(memory.scope().isAlive());
    assertNull(IoArena.owning(memory));
  }

  @Test
  void releasingMoreThanWasAcquiredIsFound() {
    assertThrows(AssertionError.class, arena::release);
  }
}
