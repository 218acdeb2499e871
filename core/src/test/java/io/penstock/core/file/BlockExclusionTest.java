package io.penstock.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.completion.Plug;
import io.penstock.core.fixture.Background;
import io.penstock.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Claims on a state that several handles share: those of whole blocks are only counted. */
@Rule("FILE-6")
class BlockExclusionTest {
  private final BlockExclusion exclusion = FileState.shared(0).exclusion();
  private final List<String> granted = new ArrayList<>();

  private static BlockClaim whole(long first, long last) {
    return new BlockClaim().set(first, last, BlockClaim.NONE, false, false);
  }

  private static BlockClaim head(long first, long last) {
    return new BlockClaim().setEdges(first, last, first, BlockClaim.NONE);
  }

  private boolean acquire(String name, BlockClaim claim) {
    return exclusion.acquire(claim, () -> granted.add(name));
  }

  @Test
  void wholeBlocksDoNotExcludeEachOther() {
    BlockClaim one = whole(0, 7);
    BlockClaim two = whole(0, 7);
    assertTrue(acquire("one", one));
    assertTrue(acquire("two", two));
    assertEquals(2, exclusion.held());
    exclusion.release(one);
    exclusion.release(two);
    assertEquals(0, exclusion.held());
  }

  @Test
  void anEdgeWaitsForAllThatWereCounted() {
    BlockClaim one = whole(0, 7);
    BlockClaim two = whole(100, 107);
    acquire("one", one);
    acquire("two", two);
    assertFalse(acquire("edge", head(0, 7)));
    exclusion.release(one);
    assertEquals(List.of(), granted);
    exclusion.release(two);
    assertEquals(List.of("edge"), granted);
  }

  @Test
  void wholeBlocksWaitForAnEdgeOfTheSameBlockOnly() {
    BlockClaim edge = head(8, 31);
    assertTrue(acquire("edge", edge));
    assertFalse(acquire("same", whole(0, 8)));
    assertTrue(acquire("beside", whole(9, 31)));
    assertTrue(acquire("far", whole(100, 107)));
    exclusion.release(edge);
    assertEquals(List.of("same"), granted);
    assertEquals(3, exclusion.held());
  }

  @Test
  void whoComesAfterAWaitingEdgeIsListedAndDoesNotKeepItWaiting() {
    BlockClaim counted = whole(0, 7);
    acquire("counted", counted);
    assertFalse(acquire("edge", head(0, 7)));
    assertFalse(acquire("late", whole(0, 7)), "first come, first served");
    BlockClaim far = whole(100, 107);
    assertTrue(acquire("far", far));
    exclusion.release(counted);
    assertEquals(List.of("edge"), granted);
  }

  @Test
  void whoSetsTheEndExcludesAllThatFollows() {
    BlockClaim end = new BlockClaim().setEdges(8, 15, BlockClaim.NONE, 8).withEnd();
    assertTrue(acquire("end", end));
    assertFalse(acquire("after", whole(1_000_000, 1_000_007)));
    assertTrue(acquire("before", whole(0, 7)));
    exclusion.release(end);
    assertEquals(List.of("after"), granted);
  }

  @Test
  void aRefusedAttemptLeavesNothingBehind() {
    BlockClaim counted = whole(0, 7);
    acquire("counted", counted);
    assertFalse(exclusion.tryAcquire(head(0, 7)));
    assertTrue(exclusion.tryAcquire(whole(0, 7)));
    assertEquals(2, exclusion.held());
  }

  @Test
  void lettingGoOfWhatIsNotHeldIsFound() {
    BlockClaim edge = head(0, 7);
    acquire("edge", edge);
    assertThrows(AssertionError.class, () -> exclusion.release(head(0, 7)));
    assertEquals(1, exclusion.held());
    exclusion.release(edge);
    assertThrows(AssertionError.class, () -> exclusion.release(edge));
  }

  @Test
  void whoWaitsBeginsFirstWhatHisOwnThreadHoldsBack() throws Exception {
    BlockClaim edge = head(0, 7);
    assertTrue(acquire("edge", edge));
    Background.start(
            () -> {
              Plug.begin();
              try {
                HandlerQueue.current().plug(() -> exclusion.release(edge));
                exclusion.acquire(whole(0, 7));
              } finally {
                Plug.end();
              }
              return null;
            })
        .result();
    assertEquals(1, exclusion.held());
  }

  @Test
  void theHostsLengthIsNotBelievedWhileAWriteExtends() {
    FileState state = FileState.shared(100);
    long stamp = state.unextended();
    assertTrue(state.adopt(200, stamp, 100));
    state.beginExtending();
    assertEquals(-1, state.unextended());
    assertFalse(state.adopt(4096, stamp, 200), "asked before, and answered meanwhile");
    state.extendTo(300);
    state.endExtending();
    assertFalse(state.adopt(4096, stamp, 300), "a write has come and gone");
    assertEquals(300, state.size());
    assertTrue(state.adopt(50, state.unextended(), 300));
    assertEquals(50, state.size());
  }
}
