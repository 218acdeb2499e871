package io.penstock.cli.bench;

import java.util.Locale;

/** Where the buffers come from. */
public enum MemoryChoice {
  /** An {@link io.penstock.core.memory.IoArena}. */
  ARENA,
  /** A user's plain direct {@link java.nio.ByteBuffer}. */
  DIRECT;

  /** The name, as it is typed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
