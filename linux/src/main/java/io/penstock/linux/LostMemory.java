package io.penstock.linux;

import io.penstock.core.bio.Bio;
import io.penstock.core.memory.IoArena;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Memory under operations whose end will never be known, because their ring has failed: the kernel
 * may still write to it. It is kept for ever, for a leak is better than a stray write (MEM-4): an
 * {@link IoArena} can no longer be closed, and other memory stays reachable.
 */
final class LostMemory {
  private static final Queue<MemorySegment> KEPT = new ConcurrentLinkedQueue<>();

  private LostMemory() {}

  /** Keeps the memory of a bio, which is still in flight. */
  static void keep(Bio bio) {
    for (int i = 0; i < bio.pieces(); i++) {
      MemorySegment segment = bio.segment(i);
      IoArena arena = IoArena.owning(segment);
      if (arena != null) {
        boolean held = arena.acquire();
        assert held : "closed under an operation in flight";
      }
      KEPT.add(segment);
    }
  }

  /** Segments kept so far. */
  static int count() {
    return KEPT.size();
  }
}
