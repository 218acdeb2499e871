package io.penstock.cli.copy;

import static java.util.Objects.requireNonNull;

import io.penstock.core.memory.IoVector;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One of the places in which a chunk can be worked on; a {@link Pump} has as many as there may be
 * chunks in flight. A slot belongs to one thread at a time: to that of the completion it waits for.
 */
abstract class Slot {
  private @Nullable Pump pump;

  /** Says whom this slot works for; before its first chunk. */
  final void serve(Pump owner) {
    pump = owner;
  }

  /** The chunk is finished, so many bytes of the file: asks for the next. */
  final void finished(long bytes) {
    requireNonNull(pump).finished(this, bytes);
  }

  /** The chunk failed; nothing of this slot is in flight. */
  final void failed(Exception error) {
    requireNonNull(pump).failed(error);
  }

  /**
   * Starts to work on a chunk.
   *
   * @throws IOException when it could not be started: nothing is in flight then
   */
  abstract void begin(Chunk chunk) throws IOException;

  /** Memory of a slot and the vectors over parts of it. */
  static final class Buffer {
    private final MemorySegment memory;
    private final IoVector whole;
    private final IoVector part = IoVector.empty();

    Buffer(MemorySegment memory) {
      this.memory = memory;
      whole = IoVector.of(memory);
    }

    MemorySegment memory() {
      return memory;
    }

    /** A vector of so many bytes from an offset on, valid until the next is asked for. */
    IoVector vector(long offset, long length) {
      if (offset == 0 && length == memory.byteSize()) {
        return whole;
      }
      return part.clear().add(memory.asSlice(offset, length));
    }
  }
}
