package io.penstock.core.device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/**
 * A few native buffers for blocking transfers of memory that a device cannot be given. Thread-safe.
 */
final class BounceBuffers {
  /** Bytes of a kept buffer. */
  static final int BYTES = 64 << 10;

  private static final int ALIGNMENT = 4096;
  private static final int KEPT = 16;
  private static final ArrayDeque<MemorySegment> FREE = new ArrayDeque<>(KEPT);

  private BounceBuffers() {}

  /**
   * A buffer of at least {@link #BYTES} and a logical block, to be given back. Its contents are
   * whatever was there.
   */
  static MemorySegment take(QueueLimits limits) {
    if (limits.logicalBlock() > BYTES || limits.memoryAlignment() > ALIGNMENT) {
      return Arena.ofAuto()
          .allocate(Math.max(BYTES, limits.logicalBlock()), limits.memoryAlignment());
    }
    synchronized (FREE) {
      MemorySegment kept = FREE.pollFirst();
      if (kept != null) {
        return kept;
      }
    }
    return Arena.ofAuto().allocate(BYTES, ALIGNMENT);
  }

  /** Gives back a buffer that nothing is in flight on. */
  static void giveBack(MemorySegment buffer) {
    synchronized (FREE) {
      if (FREE.size() < KEPT && buffer.byteSize() == BYTES && buffer.address() % ALIGNMENT == 0) {
        FREE.addFirst(buffer);
      }
    }
  }
}
