package io.penstock.file;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.SyncScope;
import io.penstock.core.memory.IoVector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A {@link FileChannel} past the page cache, for programs that know nothing else: databases can be
 * given it in place of the JDK's. Thread-safe. All positions and lengths are bytes.
 *
 * <p>It keeps the contract of {@link FileChannel}, and is stricter or different in this:
 *
 * <ul>
 *   <li><b>An interrupt does not close it</b> (FILE-5), neither cuts an operation short: the thread
 *       stays interrupted and the operation goes on. Only waiting for a {@linkplain #lock lock} is
 *       ended by an interrupt, with {@link java.nio.channels.FileLockInterruptionException}, and
 *       that leaves the channel open, too.
 *   <li><b>Transfers are whole</b> (FILE-1): a write writes all that remains or throws, a read
 *       gives less than there is room for only at end of file. After an exception no buffer has
 *       moved, the channel's position neither; what was written of the range, or what is in the
 *       target, is unspecified.
 *   <li><b>Any alignment</b> of position, length and address will do (FILE-3), unless the options
 *       say otherwise. Aligned requests from one direct buffer go straight to the device and, when
 *       the buffer is used again with the same position and limit, allocate nothing. For that the
 *       channel keeps some of the direct buffers it was given last reachable until it is closed.
 *   <li><b>Reads and writes at a position</b> run side by side, without a lock of the channel.
 *       Those at the channel's own position follow each other.
 *   <li><b>Closing</b> waits for what is on its way, which ends as if nothing had happened. Who
 *       comes too late gets {@link ClosedChannelException}; who was let in but had not reached the
 *       file, {@link AsynchronousCloseException}.
 *   <li><b>Mapping</b> is refused with {@link UnsupportedOperationException}: a mapping is a view
 *       of the page cache, which this channel goes past. Map the file through {@link
 *       FileChannel#open}, and not while it is written here.
 *   <li><b>A truncation to more than the size</b> leaves the file alone, as with every {@link
 *       FileChannel}; {@link DirectFile#truncate} makes it longer.
 *   <li><b>Durability</b>: {@link #force} with {@code false} makes data and size durable, with
 *       {@code true} all metadata. A failure is sticky (CMP-6): every later one fails, too.
 * </ul>
 *
 * <p><b>Locks</b> are the JDK's, of the same kind and visible to the same processes. They are taken
 * through a buffered channel that is opened for the first lock and closed with this channel. On
 * Linux such locks belong to the process, and closing <i>any</i> handle of the file drops them, as
 * {@link FileLock} warns; so do as it says and use one channel of a file for all its locks, and
 * neither open nor close others of the same file meanwhile. Nothing that this channel does by
 * itself drops them.
 *
 * <p>Of an {@code APPEND} channel every write goes to the end of the file, also one that names a
 * position, and {@link #position()} is the size.
 *
 * <p>Errors of the device are {@link BlockIoException}s, with number, place and remedy.
 */
public final class DirectFileChannel extends FileChannel {
  private final DirectFile file;
  private final ChannelLocks locks;
  private final BufferVectors vectors = new BufferVectors();

  /** Held during operations at the channel's position. */
  private final ReentrantLock moving = new ReentrantLock();

  /** Guarded by {@link #moving}. */
  private long position;

  private DirectFileChannel(DirectFile file) {
    this.file = file;
    locks = new ChannelLocks(this, file);
  }

  /**
   * Opens a file as {@link FileChannel#open(Path, OpenOption...)} does, past the page cache.
   *
   * @param options {@link StandardOpenOption}s, and at most one {@link DirectFileOptions}
   * @throws NoSuchFileException if it is not there and is not to be created
   * @throws FileAlreadyExistsException if it is there and was to be new
   * @throws AccessDeniedException if this user may not
   * @throws IllegalArgumentException for {@code APPEND} with {@code READ} or {@code
   *     TRUNCATE_EXISTING}
   * @throws UnsupportedOperationException for an option of another kind
   * @throws IOException for everything else, as {@link DirectFile#open}
   */
  public static DirectFileChannel open(Path path, OpenOption... options) throws IOException {
    List<OpenOption> given = List.of(options);
    if (given.contains(StandardOpenOption.READ) && given.contains(StandardOpenOption.APPEND)) {
      throw new IllegalArgumentException("READ and APPEND cannot be of one channel");
    }
    try {
      return of(DirectFile.open(path, options));
    } catch (BlockIoException e) {
      throw asTheJdkNamesIt(e, path.toString());
    }
  }

  /**
   * Opens a file as {@link FileChannel#open(Path, Set, FileAttribute...)} does, past the page
   * cache.
   *
   * @param attributes must be none: files are created for their owner alone
   * @throws UnsupportedOperationException for attributes
   */
  public static DirectFileChannel open(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    if (attributes.length > 0) {
      throw new UnsupportedOperationException(
          "attribute " + attributes[0].name() + " cannot be set; create the file with it before");
    }
    return open(path, options.toArray(OpenOption[]::new));
  }

  /**
   * A channel over a file, at position 0. Closing the channel closes the file; the file should not
   * be closed otherwise.
   */
  public static DirectFileChannel of(DirectFile file) {
    return new DirectFileChannel(file);
  }

  private static IOException asTheJdkNamesIt(BlockIoException failure, String path) {
    IOException same;
    if (failure.is(Errno.ENOENT)) {
      same = new NoSuchFileException(path);
    } else if (failure.is(Errno.EEXIST)) {
      same = new FileAlreadyExistsException(path);
    } else if (failure.is(Errno.EACCES)) {
      same = new AccessDeniedException(path);
    } else {
      return failure;
    }
    same.initCause(failure);
    return same;
  }

  /** The file under it: its engine, alignment and counters, and what a channel has no words for. */
  public DirectFile file() {
    return file;
  }

  // --- at the channel's position ---

  @Override
  public int read(ByteBuffer target) throws IOException {
    requireReadable();
    requireRoom(target);
    moving.lock();
    try {
      int bytes = readOne(target, position);
      position += Math.max(0, bytes);
      return bytes;
    } finally {
      moving.unlock();
    }
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    ByteBuffer[] part = part(targets, offset, length);
    requireReadable();
    for (ByteBuffer target : part) {
      requireRoom(target);
    }
    moving.lock();
    try {
      long bytes = readAt(IoVector.of(part), position);
      advance(part, bytes);
      position += Math.max(0, bytes);
      return bytes;
    } finally {
      moving.unlock();
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int bytes = source.remaining();
    requireWritable();
    moving.lock();
    try {
      position = writeOne(source, position);
      return bytes;
    } finally {
      moving.unlock();
    }
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    ByteBuffer[] part = part(sources, offset, length);
    requireWritable();
    moving.lock();
    try {
      IoVector memory = IoVector.of(part);
      position = writeAt(memory, position);
      advance(part, memory.total());
      return memory.total();
    } finally {
      moving.unlock();
    }
  }

  @Override
  public long position() throws IOException {
    requireOpen();
    if (file.appends() && !file.isReadable()) {
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
  public DirectFileChannel position(long newPosition) throws IOException {
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

  // --- at a position that is given ---

  @Override
  public int read(ByteBuffer target, long from) throws IOException {
    Objects.requireNonNull(target);
    requireNotNegative(from, "position");
    requireReadable();
    requireRoom(target);
    return readOne(target, from);
  }

  @Override
  public int write(ByteBuffer source, long to) throws IOException {
    int bytes = source.remaining();
    requireNotNegative(to, "position");
    requireWritable();
    long _ = writeOne(source, to);
    return bytes;
  }

  private int readOne(ByteBuffer target, long from) throws IOException {
    BufferVectors.Remaining room = vectors.take(target);
    int bytes = (int) readAt(room.memory(), from);
    vectors.giveBack(room);
    target.position(target.position() + Math.max(0, bytes));
    return bytes;
  }

  /** The position after what was written. */
  private long writeOne(ByteBuffer source, long to) throws IOException {
    BufferVectors.Remaining data = vectors.take(source);
    long end = writeAt(data.memory(), to);
    vectors.giveBack(data);
    source.position(source.limit());
    return end;
  }

  private long readAt(IoVector memory, long from) throws IOException {
    if (memory.total() == 0) {
      return 0;
    }
    if (from > Long.MAX_VALUE - memory.total()) {
      return -1; // no file is that long
    }
    try {
      return file.read(memory, from);
    } catch (ClosedChannelException e) {
      throw closedMeanwhile(e);
    }
  }

  /** The position after what was written. */
  private long writeAt(IoVector memory, long to) throws IOException {
    if (memory.total() == 0) {
      return to;
    }
    try {
      if (file.appends()) {
        return file.append(memory) + memory.total();
      }
      file.write(memory, to);
      return to + memory.total();
    } catch (ClosedChannelException e) {
      throw closedMeanwhile(e);
    }
  }

  // --- to and from other channels ---

  /**
   * {@inheritDoc}
   *
   * <p>Goes on until all is transferred, the file ends, or the target takes nothing. A failure of
   * the target after some bytes ends it without an exception.
   */
  @Override
  public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
    requireOpen();
    requireOpen(target);
    requireReadable();
    if (target instanceof DirectFileChannel other) {
      other.requireWritable();
    }
    requireNotNegative(from, "position");
    requireNotNegative(count, "count");
    return ChannelCopy.to(this, from, Math.min(count, size() - from), target);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Goes on until all is transferred, or the source has nothing more. From a position past the
   * end the file grows, with zeros in between, as with the JDK's own channels of today. A failure
   * of the source after some bytes ends it without an exception. If the file cannot be written,
   * what was read from the source for it is lost.
   */
  @Override
  public long transferFrom(ReadableByteChannel source, long to, long count) throws IOException {
    requireOpen();
    requireOpen(source);
    requireWritable();
    if (source instanceof DirectFileChannel other) {
      other.requireReadable();
    }
    requireNotNegative(to, "position");
    requireNotNegative(count, "count");
    return ChannelCopy.from(source, this, to, count);
  }

  // --- the file as a whole ---

  @Override
  public long size() throws IOException {
    requireOpen();
    try {
      return file.size();
    } catch (ClosedChannelException e) {
      throw closedMeanwhile(e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Waits for requests in flight on all handles of the file.
   */
  @Override
  public DirectFileChannel truncate(long newSize) throws IOException {
    requireOpen();
    requireNotNegative(newSize, "size");
    requireWritable();
    moving.lock();
    try {
      if (newSize < size()) {
        file.space().setSize(newSize);
      }
      position = Math.min(position, newSize);
    } catch (ClosedChannelException e) {
      throw closedMeanwhile(e);
    } finally {
      moving.unlock();
    }
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    requireOpen();
    try {
      file.space().sync(metaData ? SyncScope.ALL : SyncScope.DATA);
    } catch (ClosedChannelException e) {
      throw closedMeanwhile(e);
    }
  }

  /**
   * Refused.
   *
   * @throws UnsupportedOperationException always: see the class
   */
  @Override
  public MappedByteBuffer map(MapMode mode, long from, long size) {
    throw new UnsupportedOperationException(
        "a direct file is not mapped, since a mapping is of the page cache; map "
            + file.path()
            + " through java.nio.channels.FileChannel.open");
  }

  // --- locks ---

  /**
   * {@inheritDoc}
   *
   * <p>Asks again and again while another process holds the region, after {@value
   * ChannelLocks#LONGEST_NAP_MILLIS} ms at most; who waits longest need not be first.
   *
   * @throws IOException also if the path does not name the file any more
   */
  @Override
  public FileLock lock(long from, long size, boolean shared) throws IOException {
    requireLockable(shared);
    return locks.lock(from, size, shared);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IOException also if the path does not name the file any more
   */
  @Override
  public @Nullable FileLock tryLock(long from, long size, boolean shared) throws IOException {
    requireLockable(shared);
    return locks.tryLock(from, size, shared);
  }

  private void requireLockable(boolean shared) throws IOException {
    if (shared) {
      requireReadable();
    } else {
      requireWritable();
    }
  }

  // --- its end ---

  /** Waits for what is on its way, closes the file and releases the locks. */
  @Override
  protected void implCloseChannel() throws IOException {
    try {
      file.close();
    } finally {
      vectors.clear();
      locks.close();
    }
  }

  // --- what is asked ---

  private void requireOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private static void requireOpen(java.nio.channels.Channel other) throws ClosedChannelException {
    if (!other.isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private void requireReadable() throws ClosedChannelException {
    requireOpen();
    if (!file.isReadable()) {
      throw new NonReadableChannelException();
    }
  }

  private void requireWritable() throws ClosedChannelException {
    requireOpen();
    if (!file.isWritable()) {
      throw new NonWritableChannelException();
    }
  }

  private static void requireRoom(ByteBuffer target) {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("a read-only buffer cannot be read into");
    }
  }

  private static void requireNotNegative(long value, String name) {
    if (value < 0) {
      throw new IllegalArgumentException(name + ' ' + value + " must not be negative");
    }
  }

  /** The file says it is closed; if this channel was open before, somebody has closed it since. */
  ClosedChannelException closedMeanwhile(ClosedChannelException failure) {
    if (isOpen() || failure instanceof AsynchronousCloseException) {
      return failure;
    }
    AsynchronousCloseException closed = new AsynchronousCloseException();
    closed.initCause(failure);
    return closed;
  }

  private static ByteBuffer[] part(ByteBuffer[] buffers, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, buffers.length);
    return Arrays.copyOfRange(buffers, offset, offset + length);
  }

  private static void advance(ByteBuffer[] buffers, long bytes) {
    long left = bytes;
    for (int i = 0; left > 0; i++) {
      int step = (int) Math.min(left, buffers[i].remaining());
      buffers[i].position(buffers[i].position() + step);
      left -= step;
    }
  }

  @Override
  public String toString() {
    return "DirectFileChannel of " + file + (isOpen() ? "" : " closed");
  }
}
