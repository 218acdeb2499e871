package io.penstock.file;

import io.penstock.core.bio.Direction;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.PooledBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link DirectFile} from a position on, ahead of its user (FILE-7): up to {@link
 * StreamOptions#depth()} aligned requests of {@link StreamOptions#chunkBytes()} are in flight or
 * wait to be read. Made by {@link DirectFile#reader}. For one thread at a time; blocking.
 *
 * <p><b>Memory.</b> Chunks come from the shared {@link BufferPool}, the first one beyond its budget
 * if need be, the others only if there is room: a pool that is used up makes it read less far
 * ahead. They are given back at end of file and by {@link #close()}.
 *
 * <p><b>End of file.</b> Is found to the byte, and asked for again by every read after it: a file
 * that has grown is read on. What others write to a range that was read ahead may not be seen.
 *
 * <p><b>Errors.</b> A failed request is reported by the read that comes to its place, after all
 * bytes before; the next read tries again. Closing the stream does not close the file.
 */
public final class SequentialReader extends InputStream implements ReadableByteChannel {
  private final DirectFile file;
  private final FileTransfers transfers;
  private final StreamOptions options;
  private final BufferPool pool;
  private final long block;

  /** One after the other; the position is in the first of them. */
  private final ArrayDeque<StreamChunk> ahead = new ArrayDeque<>();

  private final ArrayDeque<StreamChunk> idle = new ArrayDeque<>();
  private long position;
  private boolean open = true;

  SequentialReader(DirectFile file, long position, StreamOptions options, BufferPool pool) {
    options.requireFits(file, position, "a reader");
    this.file = file;
    this.position = position;
    this.options = options;
    this.pool = pool;
    transfers = file.transfers();
    block = file.blockBytes();
  }

  /** Position of the next byte, of the file. */
  public long position() {
    return position;
  }

  // --- reading ---

  /**
   * Reads one byte; waits for it.
   *
   * @return 0 to 255, or -1 at end of file
   */
  @Override
  public int read() throws IOException {
    StreamChunk chunk = current();
    if (chunk == null) {
      return -1;
    }
    byte value = chunk.memory().get(ValueLayout.JAVA_BYTE, position - chunk.position());
    position++;
    return value & 0xff;
  }

  /** Reads what one chunk has, at least one byte; waits for it. -1 at end of file. */
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    return (int) read(MemorySegment.ofArray(target).asSlice(offset, length));
  }

  /** Reads into what remains of a buffer what one chunk has; as {@link #read(byte[], int, int)}. */
  @Override
  public int read(ByteBuffer target) throws IOException {
    int bytes = (int) read(MemorySegment.ofBuffer(target));
    if (bytes > 0) {
      target.position(target.position() + bytes);
    }
    return bytes;
  }

  /**
   * Reads into a segment what one chunk has; waits for it.
   *
   * @return bytes, at least 1 unless the segment is empty; -1 at end of file
   */
  public long read(MemorySegment target) throws IOException {
    if (target.byteSize() == 0) {
      requireOpen();
      return 0;
    }
    StreamChunk chunk = current();
    if (chunk == null) {
      return -1;
    }
    long bytes = Math.min(target.byteSize(), chunk.end() - position);
    MemorySegment.copy(chunk.memory(), position - chunk.position(), target, 0, bytes);
    position += bytes;
    return bytes;
  }

  /**
   * Writes what is left of the file to a channel, straight from the chunks. Returns at end of file.
   *
   * @param target blocking; waits for it
   * @return bytes
   */
  public long copyTo(WritableByteChannel target) throws IOException {
    long from = position;
    for (StreamChunk chunk = current(); chunk != null; chunk = current()) {
      long offset = position - chunk.position();
      long length = chunk.end() - position;
      ByteBuffer part = chunk.memory().asSlice(offset, length).asByteBuffer().asReadOnlyBuffer();
      while (part.hasRemaining()) {
        position += target.write(part);
      }
    }
    return position - from;
  }

  /** As {@link InputStream#transferTo}; a stream that is a channel too gets the chunks straight. */
  @Override
  public long transferTo(OutputStream target) throws IOException {
    return target instanceof WritableByteChannel channel
        ? copyTo(channel)
        : super.transferTo(target);
  }

  /** Bytes that can be read without waiting. */
  @Override
  public int available() throws IOException {
    requireOpen();
    long end = position;
    for (StreamChunk each : ahead) {
      if (!each.isDone() || each.error() != null) {
        break;
      }
      end = Math.max(end, each.end());
      if (each.end() < each.limit()) {
        break;
      }
    }
    return (int) Math.min(Integer.MAX_VALUE, end - position);
  }

  /**
   * Skips bytes, not past the end of file; what is skipped and was not read ahead is not read.
   *
   * @return bytes skipped
   */
  @Override
  public long skip(long bytes) throws IOException {
    requireOpen();
    long left = bytes <= 0 ? 0 : Math.max(0, file.size() - position);
    long skipped = Math.clamp(bytes, 0, left);
    position += skipped;
    while (!ahead.isEmpty() && position >= ahead.getFirst().limit()) {
      retireFirst();
    }
    return skipped;
  }

  // --- reading ahead ---

  /** The chunk with the next byte, or null at end of file. */
  private @Nullable StreamChunk current() throws IOException {
    requireOpen();
    boolean isFresh = false;
    while (true) {
      if (ahead.isEmpty()) {
        if (isFresh || position >= transfers.state().size() && position >= file.size()) {
          releaseIdle();
          return null;
        }
        isFresh = true;
      }
      readAhead();
      StreamChunk first = ahead.getFirst();
      first.await();
      IOException error = first.error();
      if (error != null) {
        drop();
        throw error;
      }
      if (position < first.end()) {
        return first;
      }
      if (position == first.limit()) {
        retireFirst();
      } else {
        drop(); // the file ended here when it was read; what lies behind was read then too
      }
    }
  }

  private void readAhead() {
    long size = transfers.state().size();
    long next = ahead.isEmpty() ? position & -block : ahead.getLast().limit();
    while (ahead.size() < options.depth() && (next < size || ahead.isEmpty())) {
      StreamChunk chunk = chunk();
      if (chunk == null) {
        return;
      }
      long most = (next & -(long) options.chunkBytes()) + options.chunkBytes() - next;
      long inFile = Math.max(block, size - next + block - 1 & -block);
      long length = Math.min(most, inFile);
      ahead.add(chunk);
      chunk.start(transfers, Direction.READ, next, 0, length);
      next += length;
    }
  }

  /** One that is idle or new, or null when the pool has none to spare. */
  private @Nullable StreamChunk chunk() {
    StreamChunk chunk = idle.poll();
    if (chunk != null) {
      return chunk;
    }
    int bytes = options.chunkBytes();
    PooledBuffer buffer = ahead.isEmpty() ? pool.takeNow(bytes) : pool.tryTake(bytes);
    return buffer == null ? null : new StreamChunk(buffer);
  }

  private void retireFirst() {
    StreamChunk first = ahead.getFirst();
    first.await();
    ahead.removeFirst();
    idle.add(first);
  }

  private void drop() {
    while (!ahead.isEmpty()) {
      retireFirst();
    }
  }

  private void releaseIdle() {
    for (StreamChunk chunk = idle.poll(); chunk != null; chunk = idle.poll()) {
      chunk.release();
    }
  }

  // --- its end ---

  private void requireOpen() throws ClosedChannelException {
    if (!open) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Waits for what is in flight and gives the memory back; the file stays open. Idempotent. */
  @Override
  public void close() {
    drop();
    releaseIdle();
    open = false;
  }

  @Override
  public String toString() {
    return "reader of " + file.path() + " at " + position + ", " + ahead.size() + " chunks ahead";
  }
}
