package io.penstock.file;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.completion.Threading;
import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.HostDevice;
import io.penstock.core.event.Incidents;
import io.penstock.core.file.SyncScope;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A regular file or block device, read and written past the page cache.
 *
 * <p>All positions, lengths and results are <b>bytes</b>. All methods may be called from any thread
 * at the same time, but for a file {@linkplain DirectFileOptions#loop() on a loop}, whose
 * asynchronous requests are for the loop's thread. Blocking calls park a virtual thread; an
 * interrupt neither cuts them short nor closes the file (FILE-5), and the interrupt status is kept.
 * They may not be made in a completion handler on a device's thread (that throws {@link
 * IllegalStateException}).
 *
 * <p><b>Transfers are whole (FILE-1).</b> A write writes everything or fails; after a failure it is
 * unspecified how much of its range was written. A read gives fewer bytes than asked only at end of
 * file, and -1 at or past it; after a failure the contents of its memory are unspecified, but never
 * another file's.
 *
 * <p><b>Alignment (FILE-3).</b> By default any position, length and address will do. Requests that
 * are aligned to {@link #blockBytes()} and whose memory is aligned to {@code alignment().memory()}
 * go straight to the device and allocate nothing; others pass their edges, or all where the address
 * does not go with the position, through pooled memory, and a write has to read the blocks at its
 * edges first. {@link AlignmentMode#STRICT} refuses them instead.
 *
 * <p><b>Memory (MEM-4).</b> Best is an {@link io.penstock.core.memory.IoArena}. Direct buffers and
 * segments of automatic arenas are as good; heap memory and other arenas are copied where they must
 * be. The memory of an asynchronous request is the file's until the request has completed.
 *
 * <p><b>Other handles (FILE-6).</b> All handles of one file in this process see one size, and do
 * not overwrite each other's bytes in a block that both write in part. Buffered writers see what
 * was written here and the other way round, if they take turns; who writes the same block at the
 * same time through the page cache, or from another process, may lose bytes beside his own.
 *
 * <p><b>Errors.</b> {@link io.penstock.core.error.BlockIoException} with the device's error number,
 * the place, and what to do; {@link java.nio.channels.ClosedChannelException} after {@link
 * #close()}; {@link NonReadableChannelException} and {@link NonWritableChannelException} where the
 * file was not opened for it. A failed sync is sticky: the file fails every later sync (CMP-6).
 */
public final class DirectFile implements Closeable {
  /** Most bytes that one handle keeps of what was prefetched. */
  public static final long MOST_PREFETCHED = Prefetch.MOST_BYTES;

  private final Path path;
  private final OpenPlan plan;
  private final String reason;
  private final HostDevice device;
  private final FileTransfers transfers;
  private final FileSpace space;
  private volatile @Nullable IOException closeFailure;

  private DirectFile(Path path, OpenPlan plan, OpenPlan.Opened opened, SharedFile shared) {
    this.path = path;
    this.plan = plan;
    reason = opened.reason();
    device = opened.device();
    transfers = new FileTransfers(path.toString(), device, shared, plan.options(), this::released);
    space = new FileSpace(transfers);
    shared.add(transfers);
  }

  /**
   * Opens a regular file or block device.
   *
   * @param options {@link java.nio.file.StandardOpenOption}s, understood as by {@link
   *     java.nio.channels.FileChannel#open} (none is {@code READ}; {@code APPEND} allows nothing
   *     but {@link #append}), and at most one {@link DirectFileOptions}
   * @throws io.penstock.core.error.BlockIoException with the number of open(2): ENOENT, EACCES,
   *     EEXIST, EBUSY …; EINVAL where the host refuses direct I/O on it, with what to do, unless
   *     the buffered fallback is allowed (FILE-4)
   */
  public static DirectFile open(Path path, OpenOption... options) throws IOException {
    OpenPlan plan = OpenPlan.of(options);
    return over(path, plan, plan.open(path));
  }

  /** The file over a device that was opened for it. */
  static DirectFile over(Path path, OpenPlan plan, OpenPlan.Opened device) throws IOException {
    OpenPlan.Opened opened = LimitedDevice.before(device, plan.options());
    SharedFile shared;
    try {
      shared = SharedFile.join(opened.device());
    } catch (IOException | RuntimeException e) {
      closeAfter(e, opened.device());
      throw e;
    }
    DirectFile file = new DirectFile(path, plan, opened, shared);
    file.logFallback();
    if (plan.truncates() && !file.isBlockDevice()) {
      try {
        file.space.setSize(0);
      } catch (IOException | RuntimeException e) {
        closeAfter(e, file);
        throw e;
      }
    }
    return file;
  }

  private static void closeAfter(Exception failure, AutoCloseable open) {
    try {
      open.close();
    } catch (Exception again) {
      failure.addSuppressed(again);
    }
  }

  private void logFallback() {
    if (!isDirect()) {
      Incidents.fallback(
          path.toString(), "the page cache", "the host does not support direct I/O on it");
      System.getLogger("io.penstock")
          .log(
              Level.WARNING,
              "{0} does not support direct I/O: it is read and written through the page cache,"
                  + " as the buffered fallback allows",
              path);
    }
  }

  // --- what it is ---

  /** The path it was opened by. */
  public Path path() {
    return path;
  }

  /** The options it was opened with. */
  public DirectFileOptions options() {
    return plan.options();
  }

  /** Whether it may be read. */
  public boolean isReadable() {
    return plan.reads();
  }

  /** Whether it may be written. */
  public boolean isWritable() {
    return plan.writes();
  }

  /** Whether it is a block device; a regular file otherwise. */
  public boolean isBlockDevice() {
    return device.isBlockDevice();
  }

  /** Whether transfers bypass the page cache; false after a buffered fallback (FILE-4). */
  public boolean isDirect() {
    return device.isDirect();
  }

  /** What the host wants of transfers, and who said so (FILE-2). */
  public HostAlignment alignment() {
    return device.alignment();
  }

  /**
   * What positions and lengths must be multiples of for a request to go straight to the device: the
   * larger of the read and the write alignment, 512 at least.
   */
  public int blockBytes() {
    return transfers.block();
  }

  /** What the file is the same as, whatever its name: device and inode. */
  public Object identity() {
    return device.identity();
  }

  /** Name of the engine in use. */
  public String engine() {
    return device.provider();
  }

  /** Why this engine was chosen, for people. */
  public String engineReason() {
    return reason;
  }

  /** What it has done so far. */
  public FileCounters counters() {
    return transfers.counters();
  }

  /** Whether {@link #close()} was called. */
  public boolean isClosed() {
    return transfers.direct().isClosed();
  }

  // --- reading ---

  /**
   * Reads; waits for it.
   *
   * @param target is filled from its beginning
   * @param position of the file, 0 or more
   * @return bytes read, fewer than asked only at end of file; -1 at or past it; 0 for an empty
   *     target
   * @throws IOException the contents of {@code target} are unspecified then
   */
  public long read(MemorySegment target, long position) throws IOException {
    return read(IoVector.of(target), position);
  }

  /** Reads into what remains of a buffer, whose position moves on by the bytes read. */
  public int read(ByteBuffer target, long position) throws IOException {
    long bytes = read(IoVector.of(target), position);
    advance(target, bytes);
    return (int) bytes;
  }

  /** Reads into several segments, one after the other (scatter); as {@link #read}. */
  public long read(MemorySegment[] targets, long position) throws IOException {
    return read(IoVector.of(targets), position);
  }

  /** Reads into what remains of several buffers, whose positions move on by the bytes read. */
  public long read(ByteBuffer[] targets, long position) throws IOException {
    long bytes = read(IoVector.of(targets), position);
    long left = bytes;
    for (int i = 0; i < targets.length && left > 0; i++) {
      long part = Math.min(left, targets[i].remaining());
      advance(targets[i], part);
      left -= part;
    }
    return bytes;
  }

  /** Reads into a vector, which can be kept: an aligned read then allocates nothing. */
  public long read(IoVector target, long position) throws IOException {
    requireReadable();
    return transfers.read(target, position);
  }

  /**
   * Reads without waiting.
   *
   * @return completes with the bytes read, -1 at or past end of file, or exceptionally; always, and
   *     on a thread of the engine that must not be kept: go on with the {@code …Async} methods
   */
  public CompletableFuture<Long> readAsync(MemorySegment target, long position) {
    requireReadable();
    return start(Direction.READ, IoVector.of(target), position);
  }

  /** Reads into what remains of a buffer without waiting; its position does not move. */
  public CompletableFuture<Long> readAsync(ByteBuffer target, long position) {
    requireReadable();
    return start(Direction.READ, IoVector.of(target), position);
  }

  /** Reads into several segments without waiting. */
  public CompletableFuture<Long> readAsync(MemorySegment[] targets, long position) {
    requireReadable();
    return start(Direction.READ, IoVector.of(targets), position);
  }

  // --- writing ---

  /**
   * Writes all of it; waits for it. Durable after the next {@link #sync()}.
   *
   * @param position of the file, 0 or more; past the end the file grows, with zeros in between
   * @throws IOException an unspecified part of the range was written then
   */
  public void write(MemorySegment source, long position) throws IOException {
    write(IoVector.of(source), position);
  }

  /** Writes what remains of a buffer, whose position moves to its limit. */
  public void write(ByteBuffer source, long position) throws IOException {
    write(IoVector.of(source), position);
    source.position(source.limit());
  }

  /** Writes several segments, one after the other (gather); as {@link #write}. */
  public void write(MemorySegment[] sources, long position) throws IOException {
    write(IoVector.of(sources), position);
  }

  /** Writes what remains of several buffers, whose positions move to their limits. */
  public void write(ByteBuffer[] sources, long position) throws IOException {
    write(IoVector.of(sources), position);
    for (ByteBuffer source : sources) {
      source.position(source.limit());
    }
  }

  /** Writes a vector, which can be kept: an aligned write then allocates nothing. */
  public void write(IoVector source, long position) throws IOException {
    write(source, position, IoFlags.NONE);
  }

  /**
   * Writes a vector with flags: {@link IoFlag#DATA_SYNC} makes it durable before it is reported;
   * the others need an aligned request.
   */
  public void write(IoVector source, long position, IoFlags flags) throws IOException {
    requirePositional();
    transfers.write(source, position, flags);
  }

  /**
   * Writes without waiting.
   *
   * @return completes with the bytes written, which are all, or exceptionally; always, and on a
   *     thread of the engine that must not be kept: go on with the {@code …Async} methods
   */
  public CompletableFuture<Long> writeAsync(MemorySegment source, long position) {
    requirePositional();
    return start(Direction.WRITE, IoVector.of(source), position);
  }

  /** Writes what remains of a buffer without waiting; its position does not move. */
  public CompletableFuture<Long> writeAsync(ByteBuffer source, long position) {
    requirePositional();
    return start(Direction.WRITE, IoVector.of(source), position);
  }

  /** Writes several segments without waiting. */
  public CompletableFuture<Long> writeAsync(MemorySegment[] sources, long position) {
    requirePositional();
    return start(Direction.WRITE, IoVector.of(sources), position);
  }

  /**
   * Writes at the end of the file; waits for it. Appends of all handles of the file in this process
   * follow each other without a gap or an overlap.
   *
   * @return the position it was written at
   */
  public long append(MemorySegment source) throws IOException {
    return append(IoVector.of(source));
  }

  /** Appends what remains of a buffer, whose position moves to its limit. */
  public long append(ByteBuffer source) throws IOException {
    long position = append(IoVector.of(source));
    source.position(source.limit());
    return position;
  }

  /** Appends a vector; as {@link #append(MemorySegment)}. */
  public long append(IoVector source) throws IOException {
    requireWritable();
    return space.append(source);
  }

  /**
   * Appends without waiting, at the price of a virtual thread. Appends of one thread go in the
   * order of their calls.
   *
   * @param source the file's until the future has completed
   * @return completes with the position it was written at, or exceptionally; always, and on a
   *     thread of the engine that must not be kept
   * @throws IllegalStateException when the file is on a loop
   */
  public CompletableFuture<Long> appendAsync(MemorySegment source) {
    return appendAsync(IoVector.of(source));
  }

  /** Appends what remains of a buffer without waiting; its position does not move. */
  public CompletableFuture<Long> appendAsync(ByteBuffer source) {
    return appendAsync(IoVector.of(source));
  }

  private CompletableFuture<Long> appendAsync(IoVector source) {
    requireWritable();
    requireNoLoop("an asynchronous append");
    return space.appendAsync(source);
  }

  // --- streams, and reading ahead ---

  /** A stream that reads from a position on, ahead of its user (FILE-7). */
  public SequentialReader reader(long position) {
    return reader(position, StreamOptions.DEFAULT);
  }

  /**
   * A stream that reads from a position on, ahead of its user (FILE-7).
   *
   * @param position bytes, 0 or more
   * @throws IllegalStateException when the file is on a loop
   */
  public SequentialReader reader(long position, StreamOptions options) {
    requireReadable();
    return new SequentialReader(this, position, options, BufferPool.shared());
  }

  /** A stream that writes from a position on, behind its user (FILE-7). */
  public SequentialWriter writer(long position) {
    return writer(position, StreamOptions.DEFAULT);
  }

  /**
   * A stream that writes from a position on, behind its user (FILE-7). A {@link
   * AlignmentMode#STRICT} file refuses its first and last block unless they are whole.
   *
   * @param position bytes, 0 or more
   * @throws IllegalStateException when the file is on a loop
   */
  public SequentialWriter writer(long position, StreamOptions options) {
    requirePositional();
    return new SequentialWriter(this, position, options, BufferPool.shared());
  }

  /**
   * Begins to read a range that blocking reads of this handle are soon to want (FILE-7); does not
   * wait. A read that lies in what was prefetched waits for that if need be and copies it;
   * asynchronous reads and batches do not. At most {@link #MOST_PREFETCHED} bytes are kept, those
   * that were prefetched first go first. Writes and changes of size by any handle in this process
   * drop what they touch, so no read sees what an earlier one of these has replaced; what other
   * processes write meanwhile, or somebody through the page cache, is not seen.
   *
   * @param position of the file, 0 or more
   * @param length bytes, 0 or more; what lies past the end of the file is ignored
   * @return bytes from {@code position} on that are prefetched or being read; fewer than asked when
   *     there is no room for more
   * @throws IllegalStateException when the file is on a loop
   */
  public long prefetch(long position, long length) throws IOException {
    requireReadable();
    requireNoLoop("prefetch");
    return transfers.prefetching().start(position, length);
  }

  void requireNoLoop(String what) {
    if (loop() != null) {
      throw new IllegalStateException(
          what + " is for files that any thread may use; open " + path + " without a loop");
    }
  }

  // --- asynchronous, without garbage ---

  /** A request for {@link #submit}, to be used again and again. */
  public static IoRequest newRequest() {
    return DirectIo.newRequest();
  }

  /**
   * Starts a request; {@code handler} is told of its end exactly once, possibly before this
   * returns. Allocates nothing for an aligned request whose vector is kept. An unaligned one is
   * carried out too (but on a loop), at the price of a virtual thread, and cannot be cancelled.
   *
   * @param request not in flight; carries a {@linkplain IoRequest#tag() tag} of the user's
   * @param memory the file's until the handler is called
   * @return the generation of this use of the request, for {@link IoRequest#cancel(long)}
   * @throws IOException when the request is refused; the handler is not called then
   */
  public long submit(
      IoRequest request,
      Direction direction,
      IoVector memory,
      long position,
      IoFlags flags,
      IoHandler handler)
      throws IOException {
    switch (direction) {
      case READ -> requireReadable();
      case WRITE -> requirePositional();
    }
    return transfers.submit(request, direction, memory, position, flags, handler);
  }

  private CompletableFuture<Long> start(Direction direction, IoVector memory, long position) {
    FutureHandler handler = new FutureHandler();
    try {
      transfers.submit(newRequest(), direction, memory, position, IoFlags.NONE, handler);
    } catch (IOException refused) {
      return CompletableFuture.failedFuture(refused);
    }
    return handler.future();
  }

  // --- its size and its space ---

  /** The size at this moment: what this process has reported, or somebody else has made it. */
  public long size() throws IOException {
    return space.size();
  }

  /**
   * Sets the size of a regular file; waits for requests in flight on all handles. New bytes read as
   * zeros.
   */
  public void truncate(long newSize) throws IOException {
    requirePositional();
    space.setSize(newSize);
  }

  /**
   * Sets space aside for a range of a regular file, which keeps its size and its contents.
   *
   * @return false when the host cannot do it; nothing was changed
   */
  public boolean preallocate(long position, long length) throws IOException {
    requirePositional();
    return space.preallocate(position, length);
  }

  /**
   * Makes a range read as zeros and gives its space back. Size stays; what lies past it is ignored.
   *
   * @return false when the host could not give space back; zeros were written instead
   */
  public boolean punchHole(long position, long length) throws IOException {
    requirePositional();
    return space.punchHole(position, length);
  }

  /**
   * Makes a range read as zeros and keeps its space. Size stays; what lies past it is ignored.
   *
   * @return false when the host could not do it by itself; zeros were written instead
   */
  public boolean zeroRange(long position, long length) throws IOException {
    requirePositional();
    return space.zeroRange(position, length);
  }

  /**
   * Tells the host that a range is not needed any more. A regular file has a hole there then; what
   * a block device reads there is undefined. Partial blocks at the ends of the range of a device
   * are left alone.
   *
   * @return false when the host cannot do it; nothing was changed
   */
  public boolean discard(long position, long length) throws IOException {
    requirePositional();
    return space.discard(position, length);
  }

  // --- durability ---

  /**
   * Makes what was reported written before durable, a new size included, as fdatasync(2); waits for
   * it.
   *
   * @throws IOException when it failed, now or earlier (CMP-6): data may be lost; open the file
   *     again and check it
   */
  public void sync() throws IOException {
    space.sync(SyncScope.DATA);
  }

  /** Makes data and all metadata durable, as fsync(2); as {@link #sync()} otherwise. */
  public void syncAll() throws IOException {
    space.sync(SyncScope.ALL);
  }

  /** {@link #sync()} without waiting. The future always completes. */
  public CompletableFuture<@Nullable Void> syncAsync() {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    Threading.current()
        .start(
            "penstock-sync",
            () -> {
              try {
                sync();
                done.complete(null);
              } catch (Throwable failure) {
                done.completeExceptionally(failure);
              }
            });
    return done;
  }

  // --- its end ---

  /**
   * Refuses new requests, waits for those in flight and releases the file. Idempotent. In a
   * completion handler it does not wait: the file is released when the last request has ended. On
   * the thread of the file's loop it drives the loop while it waits.
   *
   * @throws IOException when the host reports a failure only now; the file is closed all the same
   */
  @Override
  public void close() throws IOException {
    ConfinedLoop loop = loop();
    if (loop == null || HandlerQueue.isInHandler() || !isDrivenHere(loop)) {
      transfers.direct().close();
    } else {
      closeDriving(loop);
    }
    IOException failure = closeFailure;
    if (failure != null && !HandlerQueue.isInHandler()) {
      closeFailure = null;
      throw failure;
    }
  }

  /** Whether the calling thread is the one without which nothing on the loop ends. */
  private boolean isDrivenHere(ConfinedLoop loop) {
    if (transfers.direct().requestsInFlight() == 0) {
      return false;
    }
    try {
      loop.poll();
      return true;
    } catch (WrongThreadException | IllegalStateException anothers) {
      return false; // of another thread, or closed: then what was in flight has ended
    }
  }

  private void closeDriving(ConfinedLoop loop) {
    AtomicBoolean idle = new AtomicBoolean();
    transfers
        .direct()
        .close(
            () -> {
              idle.set(true);
              loop.wakeUp();
            });
    while (!idle.get()) {
      loop.park(Long.MAX_VALUE);
    }
  }

  /** Nothing is in flight any more. */
  private void released() {
    SharedFile shared = transfers.shared();
    shared.remove(transfers);
    shared.leave();
    Prefetch prefetch = transfers.prefetch();
    if (prefetch != null) {
      prefetch.invalidate(0, Long.MAX_VALUE);
    }
    try {
      device.close();
    } catch (IOException failure) {
      closeFailure = failure;
    }
    if (plan.deletes()) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException failure) {
        closeFailure = JdkErrors.at("delete on close", path, failure);
      }
    }
  }

  FileTransfers transfers() {
    return transfers;
  }

  FileSpace space() {
    return space;
  }

  /** Whether all writes go to its end. */
  boolean appends() {
    return plan.appends();
  }

  /** The loop it was opened on, or null. */
  @Nullable ConfinedLoop loop() {
    return plan.options().loop();
  }

  void requireReadable() {
    if (!plan.reads()) {
      throw new NonReadableChannelException();
    }
  }

  private void requireWritable() {
    if (!plan.writes()) {
      throw new NonWritableChannelException();
    }
  }

  /** A file opened to append is not written elsewhere. */
  void requirePositional() {
    if (!plan.writes() || plan.appends()) {
      throw new NonWritableChannelException();
    }
  }

  private static void advance(ByteBuffer buffer, long bytes) {
    if (bytes > 0) {
      buffer.position(buffer.position() + (int) bytes);
    }
  }

  @Override
  public String toString() {
    return "DirectFile "
        + path
        + " size="
        + transfers.state().size()
        + " engine="
        + engine()
        + (isDirect() ? "" : " buffered")
        + " block="
        + blockBytes()
        + " memory="
        + alignment().memory()
        + ' '
        + plan.options().alignment()
        + (plan.writes() ? plan.appends() ? " append" : " write" : "")
        + " inFlight="
        + transfers.direct().requestsInFlight()
        + (isClosed() ? " closed" : "");
  }
}
