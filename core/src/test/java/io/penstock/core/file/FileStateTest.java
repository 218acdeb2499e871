package io.penstock.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.rules.Rule;
import org.junit.jupiter.api.Test;

/** Size and claims of a file that several may stand for. */
@Rule("FILE-6")
class FileStateTest {
  private final FileState state = FileState.shared(1000);

  @Test
  void sizeOnlyGrowsByWrites() {
    state.extendTo(999);
    assertEquals(1000, state.size());
    state.extendTo(1001);
    assertEquals(1001, state.size());
    state.setSize(5);
    assertEquals(5, state.size());
  }

  @Test
  void sharedStateIsClaimedInTheSmallestBlocks() {
    assertTrue(state.isShared());
    assertEquals(9, state.claimShift());
    FileState own = FileState.own(7, 12);
    assertFalse(own.isShared());
    assertEquals(12, own.claimShift());
    assertEquals(7, own.size());
  }

  @Test
  void stateWithoutClaimsHasTheSameSizeAndClaimsOfItsOwn() {
    FileState parts = state.withoutClaims();
    state.extendTo(4096);
    assertEquals(4096, parts.size());
    assertEquals(9, parts.claimShift());
    assertFalse(parts.isShared());
    assertNotSame(state.exclusion(), parts.exclusion());
    BlockClaim all = new BlockClaim().set(0, 7, BlockClaim.NONE, true, true);
    assertTrue(state.exclusion().tryAcquire(all));
    assertEquals("size=4096 shared claims=1", state.toString());
    assertEquals("size=4096 claims=0", parts.toString());
  }

  @Test
  void lengthOfTheHostIsBelievedBetweenExtensionsOnly() {
    long before = state.unextended();
    state.beginExtending();
    state.beginExtending();
    assertEquals(-1, state.unextended());
    state.endExtending();
    assertEquals(-1, state.unextended(), "one is in flight still");
    assertFalse(state.adopt(1, state.unextended(), 1000), "no stamp");
    state.endExtending();
    long after = state.unextended();
    assertTrue(after > before, "two have come and gone");
    assertFalse(state.adopt(2000, before, 1000));
    assertFalse(state.adopt(2000, after, 999), "the size has changed meanwhile");
    assertEquals(1000, state.size());
    assertTrue(state.adopt(2000, after, 1000));
    assertEquals(2000, state.size());
  }

  @Test
  void endingMoreOftenThanBeginningIsFound() {
    assertThrows(AssertionError.class, state::endExtending);
  }
}
