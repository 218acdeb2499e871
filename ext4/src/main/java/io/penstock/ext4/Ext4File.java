package io.penstock.ext4;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.ext4.data.DataFile;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * A regular file of a volume, opened. All positions, lengths and results are <b>bytes</b>. All
 * methods may be called from any thread at the same time; blocking calls park a virtual thread, and
 * an interrupt does not cut them short (ADM-7).
 *
 * <p>A read gives fewer bytes than asked only at end of file, and -1 at or past it; after a failure
 * the contents of its memory are unspecified, but never another file's. Any position, length and
 * address will do; those that are multiples of the device's logical block go straight to the
 * device.
 *
 * <p>Memory is as for every file of the engine (MEM-4): best is an {@link
 * io.penstock.core.memory.IoArena}. That of an asynchronous read is the file's until it has
 * completed.
 *
 * <p><b>Errors.</b> {@link io.penstock.core.error.BlockIoException}: the device's, or a {@link
 * io.penstock.ext4.format.DamagedVolumeException} that names what of the block map is damaged;
 * {@link java.nio.channels.ClosedChannelException} after {@link #close()}.
 */
public final class Ext4File implements Closeable {
  private final Ext4Node node;
  private final DataFile data;

  Ext4File(Ext4Node node, DataFile data) {
    this.node = node;
    this.data = data;
  }

  /** The inode it was opened from. */
  public Ext4Node node() {
    return node;
  }

  /** Its length. */
  public long size() {
    return data.file().size();
  }

  /** The engine's view of it, for requests, counters and batches of one's own. */
  public BlockFile blockFile() {
    return data.file();
  }

  /** Fills memory from a position on; waits for it. */
  public long read(MemorySegment target, long position) throws IOException {
    return data.read(IoVector.of(target), position);
  }

  /** Fills what remains of a buffer, whose position moves; waits for it. */
  public int read(ByteBuffer target, long position) throws IOException {
    long read = data.read(IoVector.of(target), position);
    if (read > 0) {
      target.position(target.position() + (int) read);
    }
    return (int) read;
  }

  /** Fills several segments from a position on; waits for it. */
  public long read(IoVector target, long position) throws IOException {
    return data.read(target, position);
  }

  /**
   * Fills memory from a position on without waiting. What is not aligned, and what is begun in a
   * completion handler, is read by a virtual thread.
   *
   * @return completes with the bytes read, -1 at end of file, or with the error
   */
  public CompletableFuture<Long> readAsync(MemorySegment target, long position) {
    CompletableFuture<Long> result = new CompletableFuture<>();
    IoVector memory = IoVector.of(target);
    if (HandlerQueue.isInHandler() || !data.isAligned(memory, position)) {
      Thread.ofVirtual().name("penstock-ext4-read").start(() -> readInto(result, memory, position));
    } else {
      submit(result, memory, position);
    }
    return result;
  }

  private void readInto(CompletableFuture<Long> result, IoVector memory, long position) {
    try {
      result.complete(data.read(memory, position));
    } catch (IOException | RuntimeException | Error failure) {
      result.completeExceptionally(failure);
    }
  }

  private void submit(CompletableFuture<Long> result, IoVector memory, long position) {
    try {
      DirectIo.submit(
          DirectIo.newRequest(),
          Direction.READ,
          data.file(),
          memory,
          position,
          IoFlags.NONE,
          (request, bytes, error) -> {
            if (error == null) {
              result.complete(bytes);
            } else {
              result.completeExceptionally(error);
            }
          });
    } catch (IOException | RuntimeException refused) {
      result.completeExceptionally(refused);
    }
  }

  /** Waits for reads in flight and lets no more in. Idempotent. */
  @Override
  public void close() {
    data.close();
  }

  @Override
  public String toString() {
    return data.file().toString();
  }
}
