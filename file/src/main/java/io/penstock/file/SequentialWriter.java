package io.penstock.file;

import io.penstock.core.bio.Direction;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.PooledBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@link DirectFile} from a position on, behind its user (FILE-7): chunks of {@link
 * StreamOptions#chunkBytes()} are written while the next one is being filled, and not more than
 * {@link StreamOptions#depth()} are held. Made by {@link DirectFile#writer}. For one thread at a
 * time; blocking.
 *
 * <p><b>What is written when.</b> Full chunks by and by, in no particular order: until a {@link
 * #flush()} the file may have zeros before bytes that were written later. {@link #flush()} brings
 * all bytes into the file, the last block to the byte; {@link #sync()} makes them durable too.
 *
 * <p><b>Errors.</b> A write that fails behind its user is reported by his next write, flush, sync
 * or close, once, with the failures of others in flight suppressed in it. What of the bytes
 * accepted so far is in the file is unspecified then; later writes fail, and close does not report
 * it again.
 *
 * <p><b>Memory.</b> Chunks come from the shared {@link BufferPool}, the first one beyond its budget
 * if need be, the others only if there is room. They are given back by {@link #close()}, which does
 * not close the file.
 */
public final class SequentialWriter extends OutputStream implements WritableByteChannel {
  private final DirectFile file;
  private final StreamOptions options;
  private final BufferPool pool;
  private final long block;

  /** In flight, or ended and not looked at, in the order they were sent. */
  private final ArrayDeque<StreamChunk> behind = new ArrayDeque<>();

  private final ArrayDeque<StreamChunk> idle = new ArrayDeque<>();

  /** The one being filled; its bytes are those from {@link #start} to {@link #position}. */
  private @Nullable StreamChunk filling;

  private long start;
  private long position;

  /** Not reported yet. */
  private @Nullable IOException failure;

  /** Whether a failure was reported. */
  private boolean broken;

  private boolean open = true;

  SequentialWriter(DirectFile file, long position, StreamOptions options, BufferPool pool) {
    options.requireFits(file, position, "a writer");
    this.file = file;
    this.position = position;
    this.options = options;
    this.pool = pool;
    block = file.blockBytes();
  }

  /** Where in the file the next byte goes. */
  public long position() {
    return position;
  }

  // --- writing ---

  @Override
  public void write(int value) throws IOException {
    requireUsable();
    StreamChunk chunk = chunk();
    chunk.memory().set(ValueLayout.JAVA_BYTE, position - (start & -block), (byte) value);
    position++;
    sendFull();
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, source.length);
    write(MemorySegment.ofArray(source).asSlice(offset, length));
  }

  /**
   * Writes all that remains of a buffer.
   *
   * @return bytes, which are all
   */
  @Override
  public int write(ByteBuffer source) throws IOException {
    int bytes = source.remaining();
    write(MemorySegment.ofBuffer(source));
    source.position(source.limit());
    return bytes;
  }

  /**
   * Writes a segment, which is the caller's again when this returns.
   *
   * @throws IOException that something failed that was written before; how much of {@code source}
   *     was accepted is unspecified
   */
  public void write(MemorySegment source) throws IOException {
    requireUsable();
    long done = 0;
    while (done < source.byteSize()) {
      StreamChunk chunk = chunk();
      long bytes = Math.min(source.byteSize() - done, chunkEnd(start) - position);
      MemorySegment.copy(source, done, chunk.memory(), position - (start & -block), bytes);
      position += bytes;
      done += bytes;
      sendFull();
    }
  }

  /** Brings all bytes into the file and waits for that; they are not durable yet. */
  @Override
  public void flush() throws IOException {
    requireUsable();
    HandlerQueue.forbidWaiting("a flush");
    send();
    drain();
    throwFailure();
  }

  /** {@link #flush()}, then {@link DirectFile#sync()}: all bytes are durable. */
  public void sync() throws IOException {
    flush();
    file.sync();
  }

  // --- writing behind ---

  /** End of the aligned chunk that a position is in. */
  private long chunkEnd(long at) {
    return (at & -(long) options.chunkBytes()) + options.chunkBytes();
  }

  /** The chunk the next byte goes into. It begins with the block of its first byte. */
  private StreamChunk chunk() throws IOException {
    StreamChunk chunk = filling;
    if (chunk == null) {
      chunk = take();
      filling = chunk;
      start = position;
    }
    return chunk;
  }

  private StreamChunk take() throws IOException {
    StreamChunk chunk = idle.poll();
    if (chunk != null) {
      return chunk;
    }
    int bytes = options.chunkBytes();
    if (behind.size() < options.depth()) {
      PooledBuffer buffer = behind.isEmpty() ? pool.takeNow(bytes) : pool.tryTake(bytes);
      if (buffer != null) {
        return new StreamChunk(buffer);
      }
    }
    behind.getFirst().await();
    reap();
    throwFailure();
    return idle.remove();
  }

  private void sendFull() {
    if (position == chunkEnd(start)) {
      send();
    }
  }

  private void send() {
    StreamChunk chunk = filling;
    if (chunk != null) {
      filling = null;
      behind.add(chunk);
      chunk.start(
          file.transfers(), Direction.WRITE, start, start - (start & -block), position - start);
    }
  }

  /** Takes in those at the front that have ended. */
  private void reap() {
    while (!behind.isEmpty() && behind.getFirst().isDone()) {
      StreamChunk chunk = behind.removeFirst();
      IOException error = chunk.error();
      idle.add(chunk);
      IOException first = failure;
      if (first == null) {
        failure = error;
      } else if (error != null && error != first) {
        first.addSuppressed(error);
      }
    }
  }

  private void drain() {
    while (!behind.isEmpty()) {
      behind.getFirst().await();
      reap();
    }
  }

  private void throwFailure() throws IOException {
    if (failure == null) {
      return;
    }
    drain();
    IOException reported = failure;
    failure = null;
    broken = true;
    throw reported;
  }

  private void requireUsable() throws IOException {
    if (!open) {
      throw new ClosedChannelException();
    }
    if (broken) {
      throw new BlockIoException(
          Errno.EIO,
          "write",
          file.path().toString(),
          "this writer has reported a failure before; open another at a position that is known to"
              + " be good");
    }
    reap();
    throwFailure();
  }

  // --- its end ---

  @Override
  public boolean isOpen() {
    return open;
  }

  /**
   * Flushes, unless a failure was reported before, and gives the memory back; the file stays open
   * and is not synced. Idempotent.
   *
   * @throws IOException when something failed that was not reported yet; the writer is closed all
   *     the same
   */
  @Override
  public void close() throws IOException {
    if (!open) {
      return;
    }
    HandlerQueue.forbidWaiting("to close a writer");
    open = false;
    StreamChunk unsent = filling;
    reap();
    if (broken || failure != null) {
      filling = null;
      if (unsent != null) {
        idle.add(unsent);
      }
    } else {
      send();
    }
    drain();
    for (StreamChunk chunk = idle.poll(); chunk != null; chunk = idle.poll()) {
      chunk.release();
    }
    throwFailure();
  }

  @Override
  public String toString() {
    return "writer of "
        + file.path()
        + " at "
        + position
        + ", "
        + behind.size()
        + " chunks behind"
        + (broken ? ", failed" : "");
  }
}
