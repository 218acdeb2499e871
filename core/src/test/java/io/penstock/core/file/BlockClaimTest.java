package io.penstock.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.rules.Rule;
import org.junit.jupiter.api.Test;

/** Which claims exclude each other. */
@Rule("ZERO-6")
class BlockClaimTest {
  private static final long NONE = BlockClaim.NONE;

  private static BlockClaim whole(long first, long last) {
    return new BlockClaim().set(first, last, NONE, false, false);
  }

  private static void conflict(boolean wanted, BlockClaim one, BlockClaim two) {
    assertEquals(wanted, one.conflictsWith(two), one + " and " + two);
    assertEquals(wanted, two.conflictsWith(one), two + " and " + one);
  }

  @Test
  void wholeBlocksNeverConflict() {
    conflict(false, whole(3, 9), whole(3, 9));
    assertFalse(whole(3, 9).isAlone());
  }

  @Test
  void headInPartIsTouchedAlone() {
    BlockClaim claim = new BlockClaim().set(3, 9, NONE, true, false);
    assertTrue(claim.isAlone());
    conflict(false, claim, whole(0, 2));
    conflict(true, claim, whole(0, 3));
    conflict(true, claim, whole(3, 3));
    conflict(false, claim, whole(4, 20));
  }

  @Test
  void tailInPartIsTouchedAlone() {
    BlockClaim claim = new BlockClaim().set(3, 9, NONE, false, true);
    assertTrue(claim.isAlone());
    conflict(false, claim, whole(0, 8));
    conflict(true, claim, whole(0, 9));
    conflict(true, claim, whole(9, 9));
    conflict(false, claim, whole(10, 20));
  }

  @Test
  void gapIsTouchedAlone() {
    BlockClaim claim = new BlockClaim().set(8, 9, 3, false, false);
    assertTrue(claim.isAlone());
    assertEquals(3, claim.gap());
    conflict(true, claim, whole(3, 3));
    conflict(false, claim, whole(2, 2));
    conflict(false, claim, whole(4, 7));
    conflict(false, claim, whole(8, 9));
    conflict(true, claim, new BlockClaim().set(12, 13, 3, false, false));
    conflict(false, claim, new BlockClaim().set(12, 13, 4, false, false));
    conflict(true, new BlockClaim().set(3, 3, NONE, true, false), claim);
  }

  @Test
  void claimThatMayLeaveZerosHasAllItsBlocksAlone() {
    BlockClaim claim = whole(3, 9).alone();
    assertTrue(claim.isAlone());
    conflict(true, claim, whole(6, 6));
    conflict(true, claim, whole(9, 9));
    conflict(false, claim, whole(10, 10));
    conflict(false, claim, whole(0, 2));
  }

  @Test
  void edgesMayBeSeveralBlocks() {
    BlockClaim claim = new BlockClaim().setEdges(0, 23, 7, 16);
    conflict(true, claim, whole(7, 7));
    conflict(false, claim, whole(8, 15));
    conflict(true, claim, whole(16, 16));
    conflict(true, claim, whole(23, 23));
    conflict(false, claim, whole(24, 24));
    BlockClaim head = new BlockClaim().setEdges(8, 23, 15, NONE);
    conflict(true, head, whole(15, 15));
    conflict(false, head, whole(16, 23));
    conflict(false, new BlockClaim().setEdges(8, 23, NONE, NONE), whole(8, 23));
  }

  @Test
  void runOfBlocksIsAloneToItsEnd() {
    BlockClaim claim = new BlockClaim().setAlone(8, 15);
    assertTrue(claim.isAlone());
    conflict(true, claim, whole(8, 8));
    conflict(true, claim, whole(15, 15));
    conflict(false, claim, whole(16, 16));
    conflict(false, claim, whole(7, 7));
    conflict(true, claim.withEnd(), whole(1L << 40, 1L << 40));
    conflict(false, claim, whole(7, 7));
  }

  @Test
  void refilledClaimKnowsNothingOfTheOneBefore() {
    BlockClaim claim = new BlockClaim().set(8, 15, 3, true, true).alone();
    claim.set(0, 31, NONE, false, false);
    assertFalse(claim.isAlone());
    assertEquals(NONE, claim.gap());
    conflict(false, claim, whole(0, 31));
  }

  @Test
  void claimThatCannotBeIsFound() {
    BlockClaim claim = new BlockClaim();
    assertThrows(AssertionError.class, () -> claim.set(-1, 3, NONE, false, false));
    assertThrows(AssertionError.class, () -> claim.set(4, 3, NONE, false, false));
    assertThrows(AssertionError.class, () -> claim.set(3, 3, 3, false, false));
    assertThrows(AssertionError.class, () -> whole(0, 3).withEnd());
    assertEquals("blocks 0..0 alone -1 -1 -1..0", claim.set(0, 0, NONE, false, false).toString());
  }
}
