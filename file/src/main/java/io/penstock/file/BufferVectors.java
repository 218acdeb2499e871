package io.penstock.file;

import io.penstock.core.memory.IoVector;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of the direct buffers that were used last, so that a buffer that is used again, from
 * the same position to the same limit, makes no garbage. Thread-safe; whoever takes a vector has it
 * alone until he gives it back.
 *
 * <p>It keeps up to {@value #SLOTS} buffers from being collected, until {@link #clear()}.
 */
final class BufferVectors {
  /** A power of two: about as many buffers as are on their way in one channel at a time. */
  private static final int SLOTS = 8;

  /**
   * What remained in a buffer.
   *
   * @param buffer the very object
   * @param position where it began
   * @param limit where it ended
   * @param memory of it
   */
  record Remaining(ByteBuffer buffer, int position, int limit, IoVector memory) {
    private boolean isOf(ByteBuffer other) {
      return buffer == other && position == other.position() && limit == other.limit();
    }
  }

  private final AtomicReferenceArray<@Nullable Remaining> slots = new AtomicReferenceArray<>(SLOTS);

  /** What remains in a buffer; its position does not move. */
  Remaining take(ByteBuffer buffer) {
    if (buffer.isDirect()) {
      Remaining known = slots.getAndSet(slot(buffer), null);
      if (known != null && known.isOf(buffer)) {
        return known;
      }
    }
    return new Remaining(buffer, buffer.position(), buffer.limit(), IoVector.of(buffer));
  }

  /** The request that used it has ended. */
  void giveBack(Remaining used) {
    if (used.buffer.isDirect()) {
      slots.set(slot(used.buffer), used);
    }
  }

  /** Lets all buffers go. */
  void clear() {
    for (int i = 0; i < SLOTS; i++) {
      slots.set(i, null);
    }
  }

  private static int slot(ByteBuffer buffer) {
    return System.identityHashCode(buffer) & (SLOTS - 1);
  }
}
