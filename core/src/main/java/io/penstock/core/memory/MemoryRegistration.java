package io.penstock.core.memory;

/**
 * A device's knowledge of a region of an {@link IoArena}, such as pages that the kernel keeps for
 * it. It must end before the memory is freed: the same addresses may be other memory afterwards.
 */
public interface MemoryRegistration {
  /**
   * The arena is being closed, and nothing is in flight on its memory: forget the region. Called
   * once, on the thread that closes the arena; does not wait.
   *
   * @param ended run once, now or later, on any thread, when the region is forgotten
   * @return whether {@code ended} runs soon without the calling thread having to do anything, so
   *     that it may wait for it
   */
  boolean end(Runnable ended);
}
