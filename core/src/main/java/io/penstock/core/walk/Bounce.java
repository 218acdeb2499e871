package io.penstock.core.walk;

import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.PooledBuffer;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a bio that goes through pooled memory because the device cannot be given the caller's
 * (MEM-4, ADM-4). A bio carries a chain of them.
 */
final class Bounce {
  /** Most bytes of one bounced piece, so that what one request holds of the pool stays bounded. */
  static final int MAX_BYTES = 256 * 1024;

  private final PooledBuffer buffer;
  private final MemorySegment user;
  private final long offset;
  private long length;
  private @Nullable Bounce next;

  private Bounce(PooledBuffer buffer, MemorySegment user, long offset) {
    this.buffer = buffer;
    this.user = user;
    this.offset = offset;
  }

  /** Takes a buffer for {@code bytes} of the caller's memory and copies it there for a write. */
  static Bounce take(MemorySegment user, long offset, long bytes, boolean write) {
    PooledBuffer buffer = BufferPool.shared().takeNow(bytes);
    Bounce bounce = new Bounce(buffer, user, offset);
    bounce.length = bytes;
    if (write) {
      try {
        MemorySegment.copy(user, offset, buffer.segment(), 0, bytes);
      } catch (RuntimeException fault) {
        buffer.close();
        throw fault;
      }
    }
    return bounce;
  }

  MemorySegment memory() {
    return buffer.segment();
  }

  /** The bio took only so much of it. */
  void shorten(long bytes) {
    length = bytes;
  }

  /** Puts this one before the others of a bio. */
  void chain(@Nullable Bounce others) {
    next = others;
  }

  void giveBack() {
    buffer.close();
  }

  /**
   * Ends all bounces of a bio, from its first on: copies back what was read, gives the buffers
   * back.
   *
   * @throws RuntimeException when memory of the caller cannot be copied to; every buffer has been
   *     given back all the same
   */
  static void end(@Nullable Bounce first, boolean copyBack) {
    RuntimeException fault = null;
    for (Bounce each = first; each != null; each = each.next) {
      try {
        if (copyBack) {
          MemorySegment.copy(each.buffer.segment(), 0, each.user, each.offset, each.length);
        }
      } catch (RuntimeException closed) {
        fault = closed;
      } finally {
        each.buffer.close();
      }
    }
    if (fault != null) {
      throw fault;
    }
  }
}
