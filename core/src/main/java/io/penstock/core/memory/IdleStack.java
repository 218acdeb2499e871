package io.penstock.core.memory;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The idle buffers of one size: a stack without a lock that allocates nothing. Its head is one
 * word,
 *
 * <pre>
 *   bits  0..31  index of the top slot and 1, or 0 when it is empty
 *   bits 32..63  one more with every change, so that a slot that came and went is noticed
 * </pre>
 *
 * {@link #pop} and {@link #push} may be called by any thread; slots are added and removed with the
 * pool's lock held.
 */
final class IdleStack {
  private final AtomicLong head = new AtomicLong();
  private volatile @Nullable PoolSlot[] slots = new PoolSlot[8];

  /** Takes the slot that was given back last, or null. */
  @Nullable PoolSlot pop() {
    while (true) {
      long now = head.get();
      int top = (int) now;
      if (top == 0) {
        return null;
      }
      PoolSlot slot = slots[top - 1];
      // a slot removed meanwhile has changed the head too
      if (slot != null && head.compareAndSet(now, changed(now, slot.below))) {
        return slot;
      }
    }
  }

  /** Gives a slot back. */
  void push(PoolSlot slot) {
    while (true) {
      long now = head.get();
      slot.below = (int) now;
      if (head.compareAndSet(now, changed(now, slot.index + 1))) {
        return;
      }
    }
  }

  private static long changed(long now, int top) {
    return ((now >>> 32) + 1) << 32 | top;
  }

  /** Has {@code slot} belong to this stack; it is not on it yet. */
  void add(PoolSlot slot) {
    @Nullable PoolSlot[] all = slots;
    int free = 0;
    while (free < all.length && all[free] != null) {
      free++;
    }
    if (free == all.length) {
      all = Arrays.copyOf(all, 2 * free);
    }
    all[free] = slot;
    slot.index = free;
    slots = all;
  }

  /** Forgets a slot that was popped and is never pushed again. */
  void remove(PoolSlot slot) {
    @Nullable PoolSlot[] all = slots;
    all[slot.index] = null;
    slots = all;
  }
}
