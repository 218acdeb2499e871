package io.penstock.core.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/**
 * Aligned native memory in power-of-two sizes, reused. Every buffer is aligned to {@link
 * #ALIGNMENT} or to its size, whichever is smaller, and so is every multiple of {@code L} inside of
 * it as far as a device can ask.
 *
 * <p>Thread-safe; taking and giving back allocate nothing once the pool is warm. Memory is kept
 * until {@link #close()}.
 */
public final class BufferPool implements AutoCloseable {
  /** Smallest buffer, bytes. */
  public static final int MIN_BYTES = 4096;

  /** Largest buffer, bytes. */
  public static final int MAX_BYTES = 4 << 20;

  /** Alignment of the buffers of at least this size, bytes. */
  public static final int ALIGNMENT = 64 * 1024;

  private static final int CLASSES =
      Integer.numberOfTrailingZeros(MAX_BYTES) - Integer.numberOfTrailingZeros(MIN_BYTES) + 1;
  private static final BufferPool SHARED = new BufferPool();

  private final IoArena arena = IoArena.ofShared();
  private final SizeClass[] classes = new SizeClass[CLASSES];

  /** An empty pool. */
  public BufferPool() {
    for (int i = 0; i < CLASSES; i++) {
      classes[i] = new SizeClass(MIN_BYTES << i);
    }
  }

  /** The pool the engine takes its bounce buffers from; never closed. */
  public static BufferPool shared() {
    return SHARED;
  }

  /**
   * Takes a buffer of at least {@code bytes}.
   *
   * @throws IllegalArgumentException when {@code bytes} is over {@link #MAX_BYTES}
   */
  public PooledBuffer take(long bytes) {
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a pooled buffer of " + bytes + " bytes; it may have 1 to " + MAX_BYTES);
    }
    int index =
        Math.max(
            0,
            64 - Long.numberOfLeadingZeros(bytes - 1) - Integer.numberOfTrailingZeros(MIN_BYTES));
    return classes[index].take();
  }

  /** Bytes of buffers that were taken and not given back. */
  public long bytesInUse() {
    long sum = 0;
    for (SizeClass each : classes) {
      sum += each.bytesInUse();
    }
    return sum;
  }

  /** Bytes of native memory the pool holds, in use or not. */
  public long bytesHeld() {
    long sum = 0;
    for (SizeClass each : classes) {
      sum += each.bytesHeld();
    }
    return sum;
  }

  /**
   * Frees all memory.
   *
   * @throws IllegalStateException when buffers have not been given back
   */
  @Override
  public void close() {
    long inUse = bytesInUse();
    if (inUse != 0) {
      throw new IllegalStateException(
          inUse
              + " bytes of this pool's buffers were not given back; give them back, then close it");
    }
    arena.close();
  }

  private final class SizeClass {
    private final int bytes;
    private final ArrayDeque<PooledBuffer> idle = new ArrayDeque<>();
    private int made;

    SizeClass(int bytes) {
      this.bytes = bytes;
    }

    synchronized PooledBuffer take() {
      PooledBuffer buffer = idle.pollLast();
      if (buffer == null) {
        MemorySegment memory = arena.allocate(bytes, Math.min(bytes, ALIGNMENT));
        buffer = new PooledBuffer(memory, this::giveBack);
        made++;
      }
      buffer.taken();
      return buffer;
    }

    private synchronized void giveBack(PooledBuffer buffer) {
      idle.addLast(buffer);
    }

    synchronized long bytesInUse() {
      return (long) (made - idle.size()) * bytes;
    }

    synchronized long bytesHeld() {
      return (long) made * bytes;
    }
  }
}
