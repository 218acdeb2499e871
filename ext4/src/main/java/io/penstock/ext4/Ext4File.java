package io.penstock.ext4;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.ext4.data.DataFile;
import io.penstock.ext4.data.SharedFile;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

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
 * io.penstock.core.memory.IoArena}. That of an asynchronous operation is the file's until it has
 * completed.
 *
 * <p>On a volume opened for writing all handles of one inode share its data, its size and the
 * exclusion of writers. A write returns when all of it has been written, and is durable after
 * {@link #sync()}. What was written and not synced when a crash comes is there as a whole number of
 * writes' blocks, or reads as it did before, or as zeros behind the old end; never as what the
 * blocks held for another file.
 *
 * <p><b>Errors.</b> {@link io.penstock.core.error.BlockIoException}: the device's, or a {@link
 * io.penstock.ext4.format.DamagedVolumeException} that names what of the block map is damaged;
 * {@link java.nio.channels.ClosedChannelException} after {@link #close()}.
 */
public final class Ext4File implements Closeable {
  private final Ext4Node node;
  private final DataFile data;
  private final @Nullable SharedFile shared;
  private final AtomicBoolean closed = new AtomicBoolean();

  Ext4File(Ext4Node node, DataFile data, @Nullable SharedFile shared) {
    this.node = node;
    this.data = data;
    this.shared = shared;
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

  private void requireOpen() throws ClosedChannelException {
    if (closed.get()) {
      throw new ClosedChannelException();
    }
  }

  // --- reading ---

  /** Fills memory from a position on; waits for it. */
  public long read(MemorySegment target, long position) throws IOException {
    return read(IoVector.of(target), position);
  }

  /** Fills what remains of a buffer, whose position moves; waits for it. */
  public int read(ByteBuffer target, long position) throws IOException {
    long read = read(IoVector.of(target), position);
    if (read > 0) {
      target.position(target.position() + (int) read);
    }
    return (int) read;
  }

  /** Fills several segments from a position on; waits for it. */
  public long read(IoVector target, long position) throws IOException {
    requireOpen();
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
    if (closed.get()) {
      return CompletableFuture.failedFuture(new ClosedChannelException());
    }
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

  // --- writing ---

  /** Writes all of some memory from a position on; waits for it. */
  public void write(MemorySegment source, long position) throws IOException {
    write(IoVector.of(source), position);
  }

  /** Writes what remains of a buffer, whose position moves to its limit; waits for it. */
  public void write(ByteBuffer source, long position) throws IOException {
    write(IoVector.of(source), position);
    source.position(source.limit());
  }

  /**
   * Writes all of several segments from a position on; waits for it. What lies between the end of
   * the file and the position becomes a hole.
   *
   * @throws IOException EROFS when the volume was opened for reading; EFBIG, ENOSPC; the device's
   *     error. How much was written is then unspecified
   */
  public void write(IoVector source, long position) throws IOException {
    requireOpen();
    data.write(source, position);
  }

  /**
   * Writes all of some memory from a position on without waiting: a virtual thread does it.
   *
   * @return completes with the bytes written, or with the error
   */
  public CompletableFuture<Long> writeAsync(MemorySegment source, long position) {
    CompletableFuture<Long> result = new CompletableFuture<>();
    IoVector memory = IoVector.of(source);
    Thread.ofVirtual()
        .name("penstock-ext4-write")
        .start(
            () -> {
              try {
                write(memory, position);
                result.complete(memory.total());
              } catch (IOException | RuntimeException | Error failure) {
                result.completeExceptionally(failure);
              }
            });
    return result;
  }

  /**
   * Writes all of some memory behind the end of the file; waits for it. Several who append do not
   * overlap.
   *
   * @return the position it was written to
   */
  public long append(MemorySegment source) throws IOException {
    requireOpen();
    return data.append(IoVector.of(source));
  }

  /**
   * Sets the size; what is added reads as zeros, what is cut off is gone.
   *
   * @throws IOException EROFS, EFBIG; the device's error
   */
  public void truncate(long newSize) throws IOException {
    requireOpen();
    data.truncate(newSize);
  }

  /**
   * Sets blocks aside for what is a hole in a range, so that writing there does not need any more;
   * they read as zeros. The file becomes as long as the range ends, if it is not.
   *
   * @throws IOException ENOSPC, after which some of them are set aside; EOPNOTSUPP where the file
   *     has no extents, as on ext2 and ext3
   */
  public void preallocate(long position, long length) throws IOException {
    requireOpen();
    data.allocate(position, length, false);
  }

  /** As {@link #preallocate}; the file keeps its length. */
  public void preallocateKeepingSize(long position, long length) throws IOException {
    requireOpen();
    data.allocate(position, length, true);
  }

  /**
   * Makes a range read as zeros, and frees the blocks that lie in it; the file keeps its length.
   */
  public void punchHole(long position, long length) throws IOException {
    requireOpen();
    data.punch(position, length);
  }

  /** Makes what was written durable, and what is needed to read it back; as fdatasync(2). */
  public void sync() throws IOException {
    requireOpen();
    data.force(false);
  }

  /** Makes what was written durable, and all metadata of the volume; as fsync(2). */
  public void syncAll() throws IOException {
    requireOpen();
    data.force(true);
  }

  /**
   * Lets no more in, and waits for what is in flight unless others have the file open too.
   * Idempotent. In a completion handler it does not wait: the file is closed when the last request
   * has ended, and a failure is logged.
   *
   * @throws IOException when the file was unlinked and cannot be deleted now
   */
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    SharedFile found = shared;
    if (found == null) {
      data.close();
    } else {
      node.volume().closeFile(node.number(), found);
    }
  }

  @Override
  public String toString() {
    return data.file().toString();
  }
}
