package io.penstock.core.memory;

/** What happens to memory that a device cannot be given as it is (MEM-4). */
public enum MemoryPolicy {
  /** Its bytes are copied through pooled memory. */
  BOUNCE,
  /**
   * The request is refused with a message that names {@link IoArena}; for users who want no hidden
   * copy.
   */
  STRICT
}
