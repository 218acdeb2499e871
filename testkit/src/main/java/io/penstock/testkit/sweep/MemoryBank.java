package io.penstock.testkit.sweep;

import io.penstock.core.memory.IoArena;
import java.lang.foreign.MemorySegment;

/**
 * Memory for one transfer after the other, kept from run to run: to make an arena and to close it
 * is dear.
 */
final class MemoryBank implements AutoCloseable {
  private static final int ALIGNMENT = 4096;

  private final IoArena arena = IoArena.ofShared();
  private MemorySegment largest = MemorySegment.NULL;

  /** So many bytes, aligned; the same as the last time, so one transfer at a time. */
  MemorySegment take(long bytes) {
    if (bytes > largest.byteSize()) {
      largest = arena.allocate(Math.max(bytes, 2 * largest.byteSize()), ALIGNMENT);
    }
    return largest.asSlice(0, bytes);
  }

  /** Operations that hold it open. */
  long inFlight() {
    return arena.inFlight();
  }

  @Override
  public void close() {
    arena.close();
  }
}
