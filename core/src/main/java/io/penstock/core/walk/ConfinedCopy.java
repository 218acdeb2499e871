package io.penstock.core.walk;

import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.MemoryKind;
import java.lang.foreign.MemorySegment;

/**
 * A copy of a vector for an asynchronous write whose memory is confined to the submitting thread:
 * the walk may go on on another thread, which must not touch it (MEM-4).
 */
final class ConfinedCopy {
  private final IoArena arena = IoArena.ofShared();
  private final IoVector vector = IoVector.empty();

  private ConfinedCopy() {}

  /**
   * Copies the confined segments; the others stay what they are, and so does one whose arena is
   * closed: the walk comes to it and says so (MEM-1).
   */
  static ConfinedCopy of(IoVector memory, int alignment) {
    ConfinedCopy copy = new ConfinedCopy();
    for (int i = 0; i < memory.count(); i++) {
      MemorySegment segment = memory.segment(i);
      if (memory.kind(i) == MemoryKind.CONFINED && segment.scope().isAlive()) {
        segment = copy.arena.allocate(segment.byteSize(), alignment).copyFrom(segment);
      }
      copy.vector.add(segment);
    }
    return copy;
  }

  IoVector vector() {
    return vector;
  }

  void free() {
    arena.closeWhenIdle();
  }
}
