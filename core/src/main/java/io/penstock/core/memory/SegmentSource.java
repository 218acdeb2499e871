package io.penstock.core.memory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Memory that is produced while a request walks it, such as pages of a cache that have to be pinned
 * first. Lengths are known beforehand; the segments are asked for one after the other, each at most
 * once per request, and each is released exactly once, on every path (MEM-4).
 */
public interface SegmentSource {
  /**
   * Takes segment {@code index}, of exactly the promised length.
   *
   * @throws IOException when it cannot be had: a memory fault (MEM-1)
   */
  MemorySegment acquire(int index) throws IOException;

  /** Gives segment {@code index} back; the device is done with it. Called on any thread. */
  default void release(int index) {}
}
