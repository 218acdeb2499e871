package io.penstock.core.memory;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A buffer of a {@link BufferPool}: its taker's until it is closed, which gives all of it back; a
 * slice of its memory cannot be given back alone, and must not be used after the buffer was. Not
 * thread-safe but for {@link #close()}.
 *
 * <p>Pooled buffers are lent again and again, so one that is closed twice may by then be somebody
 * else's. A pool that finds leaks lends a new object each time and notices every second close.
 */
public final class PooledBuffer implements AutoCloseable {
  private static final VarHandle IN_USE;

  static {
    try {
      IN_USE = MethodHandles.lookup().findVarHandle(PooledBuffer.class, "inUse", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final BufferPool pool;
  private final PoolSlot slot;
  private final @Nullable Lease lease;
  private volatile boolean inUse;

  PooledBuffer(BufferPool pool, PoolSlot slot, @Nullable Lease lease) {
    this.pool = pool;
    this.slot = slot;
    this.lease = lease;
  }

  PooledBuffer taken() {
    assert !inUse : "a buffer was given out twice";
    IN_USE.setRelease(this, true);
    return this;
  }

  /**
   * The memory; contents are whatever was there before.
   *
   * @throws IllegalStateException when the buffer was given back, in a pool that finds leaks
   */
  public MemorySegment segment() {
    if (lease != null && !inUse) {
      throw new IllegalStateException(
          "this pooled buffer was given back, its memory may be another's" + firstClose());
    }
    return slot.memory;
  }

  /**
   * Gives the buffer back.
   *
   * @throws IllegalStateException when it was given back before
   */
  @Override
  public void close() {
    if (!IN_USE.compareAndSet(this, true, false)) {
      throw new IllegalStateException("this pooled buffer was given back before" + firstClose());
    }
    Lease own = lease;
    if (own != null) {
      own.end();
    }
    pool.giveBack(slot);
  }

  private String firstClose() {
    return lease == null ? "" : ": " + lease.ending();
  }

  @Override
  public String toString() {
    return slot.memory.byteSize() + " bytes of " + pool + (inUse ? "" : ", given back");
  }
}
