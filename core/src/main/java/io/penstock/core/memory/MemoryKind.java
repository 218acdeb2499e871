package io.penstock.core.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Who can free a segment's memory, and who may touch it: what decides whether the engine may hand
 * it to a device as it is (MEM-4).
 *
 * <p>Java tells the kind of a scope only by its class. The classes are learned here from one scope
 * of each kind; a scope of any other class counts as {@link #CLOSEABLE}, the kind that is handled
 * most carefully.
 */
public enum MemoryKind {
  /** Of an {@link IoArena}: closing is refused while I/O is in flight. */
  IO_ARENA,
  /**
   * Of an automatic or the global arena, or a direct buffer: lives as long as somebody holds it.
   */
  COLLECTED,
  /** Of any other arena that several threads may use and close at any time. */
  CLOSEABLE,
  /** Of a confined arena: only its own thread may touch or close it. */
  CONFINED,
  /** On the Java heap: a device cannot be given its address. */
  HEAP;

  private static final Class<?> AUTOMATIC = Arena.ofAuto().scope().getClass();
  private static final Class<?> GLOBAL = Arena.global().scope().getClass();
  private static final Class<?> DIRECT_BUFFER =
      MemorySegment.ofBuffer(ByteBuffer.allocateDirect(1)).scope().getClass();
  private static final Class<?> SHARED = sharedScopeClass();
  private static final Class<?> CONFINED_SCOPE = confinedScopeClass();

  private static Class<?> sharedScopeClass() {
    try (Arena arena = Arena.ofShared()) {
      return arena.scope().getClass();
    }
  }

  private static Class<?> confinedScopeClass() {
    try (Arena arena = Arena.ofConfined()) {
      return arena.scope().getClass();
    }
  }

  /** The kind of {@code segment}'s memory. */
  public static MemoryKind of(MemorySegment segment) {
    if (!segment.isNative()) {
      return HEAP;
    }
    Class<?> scope = segment.scope().getClass();
    if (scope == CONFINED_SCOPE) {
      return CONFINED;
    }
    if (scope == SHARED) {
      return IoArena.owning(segment) == null ? CLOSEABLE : IO_ARENA;
    }
    return scope == GLOBAL || scope == AUTOMATIC || scope == DIRECT_BUFFER ? COLLECTED : CLOSEABLE;
  }
}
