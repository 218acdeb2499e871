package io.penstock.core.memory;

import java.lang.foreign.MemorySegment;

/** Idle buffers without memory, for races over who has which. */
final class IdleBuffers {
  /** What {@link #pop} answers when there is none. */
  static final int NONE = -1;

  private static final BufferPool POOL = new BufferPool();

  private IdleBuffers() {}

  /** Puts so many buffers on a stack, the one with the highest index on top. */
  static void fill(IdleStack stack, int buffers) {
    for (int i = 0; i < buffers; i++) {
      PoolSlot slot = new PoolSlot(POOL, stack, MemorySegment.NULL, null);
      stack.add(slot);
      stack.push(slot);
    }
  }

  /** Takes one; its index. */
  static int pop(IdleStack stack) {
    PoolSlot slot = stack.pop();
    return slot == null ? NONE : slot.index;
  }
}
