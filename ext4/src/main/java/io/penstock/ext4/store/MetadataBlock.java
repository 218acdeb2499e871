package io.penstock.ext4.store;

import io.penstock.ext4.format.DiskBytes;
import org.jspecify.annotations.Nullable;

/**
 * A block of metadata as it was read. It can carry what was made of it, so that a structure that
 * has been checked once is not checked again as long as the block is remembered. Thread-safe.
 */
public final class MetadataBlock {
  private final long number;
  private final DiskBytes bytes;
  private volatile @Nullable Object owner;
  private volatile @Nullable Object parsed;

  /**
   * A block.
   *
   * @param bytes nobody changes them any more
   */
  public MetadataBlock(long number, byte[] bytes) {
    this.number = number;
    this.bytes = DiskBytes.of(bytes);
  }

  /** Its number on the volume. */
  public long number() {
    return number;
  }

  /** What it holds. */
  public DiskBytes bytes() {
    return bytes;
  }

  /** What this owner made of it, or null. */
  public <T> @Nullable T parsed(Object owner, Class<T> type) {
    Object made = parsed;
    return this.owner == owner && type.isInstance(made) ? type.cast(made) : null;
  }

  /** Remembers what this owner made of it; owners are told apart by identity. */
  public synchronized void remember(Object owner, Object made) {
    // in between nobody may see the new owner with what another has made
    this.owner = null;
    parsed = made;
    this.owner = owner;
  }
}
