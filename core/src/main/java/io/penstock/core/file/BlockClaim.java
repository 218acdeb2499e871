package io.penstock.core.file;

import org.jspecify.annotations.Nullable;

/**
 * The blocks one write touches, and which of them it touches in part and therefore alone (ZERO-6). Owned by a request and reused; all numbers are
 * file blocks, ends inclusive.
 */
public final class BlockClaim {
  private static final long NONE = -1;

  private long first = NONE;
  private long last = NONE;
  private long headLast = NONE;
  private long tailFirst = NONE;
  @Nullable Waiter waiter;

  /**
   * Refills the claim.
   *
   * @param first first block touched, which for a write beyond end of file is the block the file ends in
   * @param last last block touched
   * @param headLast blocks {@code first..headLast} are touched in part; -1 for none
   * @param tailPart whether the last block is touched in part
   */
  public BlockClaim set(long first, long last, long headLast, boolean tailPart) {
    assert 0 <= first && first <= last && headLast <= last : first + " " + last + " " + headLast;
    this.first = first;
    this.last = last;
    this.headLast = headLast;
    this.tailFirst = tailPart ? last : NONE;
    return this;
  }

  boolean conflictsWith(BlockClaim other) {
    return aloneOverlaps(other) || other.aloneOverlaps(this);
  }

  private boolean aloneOverlaps(BlockClaim other) {
    boolean head = headLast != NONE && first <= other.last && other.first <= headLast;
    boolean tail = tailFirst != NONE && tailFirst <= other.last && other.first <= tailFirst;
    return head || tail;
  }

  @Override
  public String toString() {
    return "blocks " + first + ".." + last + " head to " + headLast + " tail from " + tailFirst;
  }
}
