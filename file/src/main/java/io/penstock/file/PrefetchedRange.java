package io.penstock.file;

import io.penstock.core.completion.Threading;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.PooledBuffer;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A range that is being read, or was, before anybody has asked for its bytes. Its fields belong to
 * the {@link Prefetch} it is of and are guarded by that.
 */
final class PrefetchedRange implements IoHandler {
  final long start;
  final long length;
  final PooledBuffer buffer;
  final IoVector vector;
  private final Prefetch owner;

  /** Those who wait for its end. */
  private final Queue<Thread> waiters = new ConcurrentLinkedQueue<>();

  private volatile boolean ended;

  /** Who uses the buffer: the cache, the device, readers that copy. */
  int users = 2;

  boolean isDone;

  /** Whether it is in the cache; it never comes back. */
  boolean isKept = true;

  /** Bytes that were read. */
  long bytes;

  /** Bytes that reads have taken. */
  long taken;

  PrefetchedRange(Prefetch owner, long start, long length, PooledBuffer buffer) {
    this.owner = owner;
    this.start = start;
    this.length = length;
    this.buffer = buffer;
    vector = IoVector.of(memory().asSlice(0, length));
  }

  MemorySegment memory() {
    return buffer.segment();
  }

  /** Bytes of the pool. */
  long held() {
    return memory().byteSize();
  }

  boolean covers(long position, long count) {
    return start <= position && position + count <= start + length;
  }

  boolean overlaps(long from, long to) {
    return start < to && from < start + length;
  }

  @Override
  public void completed(IoRequest request, long moved, @Nullable IOException error) {
    end(error == null ? Math.max(0, moved) : 0);
  }

  /** So many bytes were read; 0 for none, for whatever reason. */
  void end(long moved) {
    owner.ended(this, moved);
    ended = true;
    Thread each;
    while ((each = waiters.poll()) != null) {
      Threading.current().unpark(each);
    }
  }

  /** Waits until it was read; an interrupt does not cut it short and is kept. */
  void await() {
    waiters.add(Thread.currentThread());
    boolean interrupted = false;
    while (!ended) {
      Threading.current().park(this);
      interrupted |= Thread.interrupted();
    }
    waiters.remove(Thread.currentThread());
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
