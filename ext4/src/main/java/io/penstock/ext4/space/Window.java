package io.penstock.ext4.space;

/**
 * Free blocks that are kept for the next write of a file that is written from front to back, so
 * that others do not come in between: in memory only. Guarded by the allocator.
 */
public final class Window {
  private static final long LEAST_BYTES = 256 << 10;
  private static final long MOST_BYTES = 16 << 20;

  long first;
  long count;

  /** Blocks that are to be kept at the next time. */
  private long ahead;

  /** Nothing is kept yet. */
  public Window() {}

  /** Blocks to keep behind those that are wanted: more from time to time. */
  long nextAhead(int blockShift) {
    long most = MOST_BYTES >> blockShift;
    ahead = Math.clamp(2 * ahead, LEAST_BYTES >> blockShift, Math.max(most, 1));
    return ahead;
  }

  /** The file is written elsewhere: it begins anew. */
  void forget() {
    count = 0;
    ahead = 0;
  }
}
