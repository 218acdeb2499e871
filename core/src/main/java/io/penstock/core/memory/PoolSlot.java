package io.penstock.core.memory;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Memory of one pooled buffer, lent again and again. */
final class PoolSlot {
  /**
   * Where it goes when it is given back; null for memory beyond the budget, which is freed then.
   */
  final @Nullable IdleStack home;

  final MemorySegment memory;

  /** The arena that has nothing but this, or null when it is the pool's. */
  final @Nullable IoArena own;

  /** Lent again and again too, so that taking allocates nothing. */
  final PooledBuffer buffer;

  /** Its place in the stack's table, and the top below it as the stack's head has it. */
  int index;

  volatile int below;

  PoolSlot(BufferPool pool, @Nullable IdleStack home, MemorySegment memory, @Nullable IoArena own) {
    this.home = home;
    this.memory = memory;
    this.own = own;
    buffer = new PooledBuffer(pool, this, null);
  }
}
