package io.penstock.core.bio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The one read-only buffer of zeros that every zeroed piece comes from (ZERO-7). */
public final class ZeroBuffer {
  /** Bytes of zeros; a longer run takes several pieces. */
  public static final long SIZE = 64 * 1024;

  private static final MemorySegment ZEROS = Arena.global().allocate(SIZE, 64 * 1024).asReadOnly();

  private ZeroBuffer() {}

  /** The zeros; aligned to their size, never freed. */
  public static MemorySegment segment() {
    return ZEROS;
  }
}
