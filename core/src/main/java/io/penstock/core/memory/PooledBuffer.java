package io.penstock.core.memory;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A buffer of a {@link BufferPool}: its taker's until it is closed, which gives it back. Not
 * thread-safe but for {@link #close()}.
 */
public final class PooledBuffer implements AutoCloseable {
  private final MemorySegment segment;
  private final Consumer<PooledBuffer> home;
  private final AtomicBoolean inUse = new AtomicBoolean();

  PooledBuffer(MemorySegment segment, Consumer<PooledBuffer> home) {
    this.segment = segment;
    this.home = home;
  }

  void taken() {
    boolean idle = inUse.compareAndSet(false, true);
    assert idle : "a buffer was given out twice";
  }

  /** The memory; contents are whatever was there before. */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * Gives the buffer back.
   *
   * @throws IllegalStateException when it was given back before
   */
  @Override
  public void close() {
    if (!inUse.compareAndSet(true, false)) {
      throw new IllegalStateException("this pooled buffer was given back before");
    }
    home.accept(this);
  }
}
