package io.penstock.file;

import io.penstock.core.bio.Direction;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.completion.Threading;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.PooledBuffer;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One pooled buffer of a stream, and its request. For the stream's thread, but for {@link
 * #completed}. Positions and lengths are bytes.
 */
final class StreamChunk implements IoHandler {
  private final PooledBuffer buffer;
  private final MemorySegment memory;
  private final IoRequest request = DirectFile.newRequest();
  private final IoVector vector = IoVector.empty();
  private long position;
  private long length;
  private long bytes;
  private @Nullable IOException error;
  private volatile boolean done = true;
  private volatile @Nullable Thread waiter;

  StreamChunk(PooledBuffer buffer) {
    this.buffer = buffer;
    memory = buffer.segment();
  }

  MemorySegment memory() {
    return memory;
  }

  /** Where its transfer begins in the file. */
  long position() {
    return position;
  }

  /** Where its transfer ends in the file, if all of it is there. */
  long limit() {
    return position + length;
  }

  /** Where what was read ends in the file; after {@link #await()}. */
  long end() {
    return position + Math.max(0, bytes);
  }

  @Nullable IOException error() {
    return error;
  }

  boolean isDone() {
    return done;
  }

  /** Begins a transfer; a refusal is its error. */
  void start(FileTransfers file, Direction direction, long at, long offset, long count) {
    assert done : "in flight";
    position = at;
    length = count;
    bytes = 0;
    error = null;
    vector.clear().add(memory.asSlice(offset, count));
    done = false;
    try {
      file.submit(request, direction, vector, at, IoFlags.NONE, this);
    } catch (IOException refused) {
      completed(request, 0, refused);
    } catch (RuntimeException | Error thrown) {
      done = true;
      throw thrown;
    }
  }

  @Override
  public void completed(IoRequest unused, long moved, @Nullable IOException failure) {
    bytes = moved;
    error = failure;
    done = true;
    Threading.current().unpark(waiter);
  }

  /** Waits for the end of the transfer; an interrupt does not cut it short and is kept. */
  void await() {
    if (done) {
      return;
    }
    HandlerQueue.forbidWaiting("a stream");
    HandlerQueue.current().unplug();
    waiter = Thread.currentThread();
    boolean interrupted = false;
    while (!done) {
      Threading.current().park(this);
      interrupted |= Thread.interrupted();
    }
    waiter = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives the memory back; nothing is in flight. */
  void release() {
    assert done : "in flight";
    buffer.close();
  }
}
