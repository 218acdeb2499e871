package io.penstock.core.file;

import org.jspecify.annotations.Nullable;

/**
 * The blocks one write touches, and which of them it has to touch alone: those it touches in part
 * (ZERO-6), or all when it may have to leave zeros in them (MEM-1). Owned by a request and reused;
 * all numbers are file blocks.
 *
 * <p>F=4096: a write of 1536..9216 touches 0..2, block 0 and block 2 alone. A write of 8192..12288
 * into a file of 1000 bytes touches 2, and block 0 alone, whose rest it zeroes (ZERO-8).
 */
public final class BlockClaim {
  /** No such block. */
  public static final long NONE = -1;

  private long first = NONE;
  private long last = NONE;
  private long gap = NONE;

  /** A run of blocks at the beginning, and one at the end, that are touched alone. */
  private long head = NONE;

  private long headEnd = NONE;
  private long tail = NONE;
  private long tailEnd = NONE;

  /** Whether it was counted instead of listed; see {@link BlockExclusion}. */
  boolean counted;

  @Nullable Waiter waiter;

  /** A claim of nothing. */
  public BlockClaim() {}

  /**
   * Refills the claim.
   *
   * @param first first block written to
   * @param last last block written to, inclusive
   * @param gap block before them that the file ends in and whose rest is to be zeroed, or {@link
   *     #NONE}
   * @param headPart whether the first block is touched in part
   * @param tailPart whether the last block is touched in part
   */
  public BlockClaim set(long first, long last, long gap, boolean headPart, boolean tailPart) {
    assert 0 <= first && first <= last && gap < first : first + " " + last + " " + gap;
    this.first = first;
    this.last = last;
    this.headEnd = first;
    this.tailEnd = last;
    this.gap = gap;
    this.head = headPart ? first : NONE;
    this.tail = tailPart ? last : NONE;
    return this;
  }

  /** Every block of it is touched alone. */
  public BlockClaim alone() {
    head = first;
    headEnd = last;
    return this;
  }

  /**
   * Refills the claim with a write whose first and last block are several blocks of the claim's.
   *
   * @param headEnd last block of those at the beginning that are touched alone, or {@link #NONE}
   * @param tailStart first block of those at the end that are touched alone, or {@link #NONE}
   */
  public BlockClaim setEdges(long first, long last, long headEnd, long tailStart) {
    set(first, last, NONE, headEnd != NONE, tailStart != NONE);
    if (headEnd != NONE) {
      this.headEnd = headEnd;
    }
    if (tailStart != NONE) {
      tail = tailStart;
    }
    return this;
  }

  /**
   * Refills the claim with a run of blocks that are all touched alone.
   *
   * @param last last block, inclusive; {@link Long#MAX_VALUE} for all that follow
   */
  public BlockClaim setAlone(long first, long last) {
    return setEdges(first, last, NONE, first);
  }

  /**
   * Widens a claim whose last blocks are touched alone: all blocks that follow are too, by a write
   * that sets the end of the file.
   */
  public BlockClaim withEnd() {
    assert tail != NONE : this;
    last = Long.MAX_VALUE;
    tailEnd = Long.MAX_VALUE;
    return this;
  }

  /** Whether some block is touched alone. */
  boolean isAlone() {
    return gap != NONE || head != NONE || tail != NONE;
  }

  /** The block whose rest is to be zeroed, or {@link #NONE}. */
  public long gap() {
    return gap;
  }

  boolean conflictsWith(BlockClaim other) {
    return aloneIn(other) || other.aloneIn(this);
  }

  private boolean aloneIn(BlockClaim other) {
    return other.touches(gap, gap) || other.touches(head, headEnd) || other.touches(tail, tailEnd);
  }

  private boolean touches(long from, long to) {
    return from != NONE && (from <= gap && gap <= to || first <= to && from <= last);
  }

  @Override
  public String toString() {
    return "blocks " + first + ".." + last + " alone " + gap + ' ' + head + ' ' + tail + ".."
        + tailEnd;
  }
}
