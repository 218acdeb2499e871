package io.penstock.ext4.nio;

import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.PooledBuffer;
import io.penstock.ext4.Ext4File;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file of a volume as a {@link FileChannel}. Reads and writes at a position run side by side,
 * those at the channel's own position follow each other; an interrupt neither closes it nor cuts
 * one short. A write writes all that remains or throws. Of an {@code APPEND} channel every write
 * goes to the end of the file. It is not mapped and not locked. Positions and lengths are bytes.
 * Thread-safe.
 */
final class Ext4FileChannel extends FileChannel {
  private static final int CHUNK = 1 << 20;

  private final Ext4FileSystem fileSystem;
  private final Ext4File file;
  private final OpenOptions options;

  /** Whether the time of the last write has to be set. */
  private volatile boolean written;

  /** Held during operations at the channel's position. */
  private final ReentrantLock moving = new ReentrantLock();

  private long position;

  Ext4FileChannel(Ext4FileSystem fileSystem, Ext4File file, OpenOptions options)
      throws IOException {
    this.fileSystem = fileSystem;
    this.file = file;
    this.options = options;
    fileSystem.use(this);
  }

  private void requireOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private static void requireNotNegative(long value, String name) {
    if (value < 0) {
      throw new IllegalArgumentException(name + ' ' + value + " must not be negative");
    }
  }

  // --- reading ---

  @Override
  public int read(ByteBuffer target) throws IOException {
    moving.lock();
    try {
      int bytes = readAt(target, position);
      position += Math.max(0, bytes);
      return bytes;
    } finally {
      moving.unlock();
    }
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, targets.length);
    moving.lock();
    try {
      long all = 0;
      for (int i = offset; i < offset + length; i++) {
        int wanted = targets[i].remaining();
        int bytes = readAt(targets[i], position);
        position += Math.max(0, bytes);
        all += Math.max(0, bytes);
        if (bytes < wanted) {
          return all == 0 ? bytes : all;
        }
      }
      return all;
    } finally {
      moving.unlock();
    }
  }

  @Override
  public int read(ByteBuffer target, long from) throws IOException {
    requireNotNegative(from, "position");
    return readAt(target, from);
  }

  private void requireReadable() throws ClosedChannelException {
    requireOpen();
    if (!options.reads()) {
      throw new NonReadableChannelException();
    }
  }

  private int readAt(ByteBuffer target, long from) throws IOException {
    requireReadable();
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("a read-only buffer cannot be read into");
    }
    return target.hasRemaining() ? file.read(target, from) : 0;
  }

  /** {@inheritDoc} Goes on until all is transferred, the file ends, or the target is full. */
  @Override
  public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
    requireReadable();
    requireNotNegative(from, "position");
    requireNotNegative(count, "count");
    if (!target.isOpen()) {
      throw new ClosedChannelException();
    }
    long done = 0;
    try (PooledBuffer pooled = BufferPool.shared().takeNow(CHUNK)) {
      while (done < count) {
        int wanted = (int) Math.min(CHUNK, count - done);
        ByteBuffer chunk = pooled.segment().asSlice(0, wanted).asByteBuffer();
        if (file.read(chunk, from + done) <= 0) {
          break;
        }
        chunk.flip();
        while (chunk.hasRemaining()) {
          int written = target.write(chunk);
          if (written <= 0) {
            return done;
          }
          done += written;
        }
      }
    }
    return done;
  }

  // --- writing ---

  private void requireWritable() throws ClosedChannelException {
    requireOpen();
    if (!options.writes()) {
      throw new NonWritableChannelException();
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    requireWritable();
    int bytes = source.remaining();
    moving.lock();
    try {
      position = writeAt(source, position);
      return bytes;
    } finally {
      moving.unlock();
    }
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sources.length);
    requireWritable();
    moving.lock();
    try {
      long all = 0;
      for (int i = offset; i < offset + length; i++) {
        all += sources[i].remaining();
        position = writeAt(sources[i], position);
      }
      return all;
    } finally {
      moving.unlock();
    }
  }

  @Override
  public int write(ByteBuffer source, long to) throws IOException {
    requireNotNegative(to, "position");
    requireWritable();
    int bytes = source.remaining();
    var _ = writeAt(source, to);
    return bytes;
  }

  /** The position behind what was written. */
  private long writeAt(ByteBuffer source, long to) throws IOException {
    int bytes = source.remaining();
    if (bytes == 0) {
      return to;
    }
    long at = to;
    if (options.appends()) {
      at = file.append(MemorySegment.ofBuffer(source));
      source.position(source.limit());
    } else {
      file.write(source, to);
    }
    written = true;
    if (options.syncs()) {
      file.sync();
    }
    return at + bytes;
  }

  /** {@inheritDoc} Goes on until all is transferred, or the source has nothing more. */
  @Override
  public long transferFrom(ReadableByteChannel source, long to, long count) throws IOException {
    requireWritable();
    requireNotNegative(to, "position");
    requireNotNegative(count, "count");
    if (!source.isOpen()) {
      throw new ClosedChannelException();
    }
    long done = 0;
    try (PooledBuffer pooled = BufferPool.shared().takeNow(CHUNK)) {
      while (done < count) {
        int wanted = (int) Math.min(CHUNK, count - done);
        ByteBuffer chunk = pooled.segment().asSlice(0, wanted).asByteBuffer();
        if (source.read(chunk) <= 0) {
          break;
        }
        chunk.flip();
        int bytes = chunk.remaining();
        var _ = writeAt(chunk, to + done);
        done += bytes;
      }
    }
    return done;
  }

  @Override
  public FileChannel truncate(long newSize) throws IOException {
    requireNotNegative(newSize, "size");
    requireWritable();
    moving.lock();
    try {
      if (newSize < file.size()) {
        file.truncate(newSize);
        written = true;
      }
      position = Math.min(position, newSize);
    } finally {
      moving.unlock();
    }
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    requireOpen();
    if (!options.writes()) {
      return;
    }
    setTime();
    if (metaData) {
      file.syncAll();
    } else {
      file.sync();
    }
  }

  private void setTime() throws IOException {
    if (written) {
      written = false;
      file.node().setTimes(Instant.now(), null, null);
    }
  }

  // --- itself ---

  @Override
  public long position() throws IOException {
    requireOpen();
    if (options.appends()) {
      return size();
    }
    moving.lock();
    try {
      return position;
    } finally {
      moving.unlock();
    }
  }

  @Override
  public FileChannel position(long newPosition) throws IOException {
    requireOpen();
    requireNotNegative(newPosition, "position");
    moving.lock();
    try {
      position = newPosition;
    } finally {
      moving.unlock();
    }
    return this;
  }

  @Override
  public long size() throws IOException {
    requireOpen();
    return file.size();
  }

  /**
   * Refused: a mapping is of the page cache, which volumes are read past.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public MappedByteBuffer map(MapMode mode, long from, long length) {
    throw new UnsupportedOperationException(
        "a file of an ext4 volume is not mapped, since no page cache is behind it; read it, or copy"
            + " it to the host and map it there");
  }

  /**
   * Refused: a volume has one user, and locks are between several.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public FileLock lock(long from, long length, boolean shared) {
    throw new UnsupportedOperationException(
        "files of an ext4 volume are not locked: no other process may use it meanwhile");
  }

  /**
   * Refused, as {@link #lock}.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public FileLock tryLock(long from, long length, boolean shared) {
    return lock(from, length, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    fileSystem.release(this);
    try (file) {
      setTime();
    } finally {
      options.afterClose();
    }
  }

  @Override
  public String toString() {
    return "channel of " + file + (isOpen() ? "" : " closed");
  }
}
