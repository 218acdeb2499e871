package io.penstock.file;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.ClosedFileException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.BounceRoom;
import io.penstock.core.file.FileState;
import io.penstock.core.file.SyncScope;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.IoVector;
import io.penstock.core.metric.FileMetrics;
import io.penstock.core.metric.IoMetrics;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The transfers of one open file: decides whether a request goes straight to the engine or bounces.
 *
 * <p>Two {@link BlockFile}s stand for it on the same device. Straight requests go to the one, which
 * claims the blocks it writes and publishes the size. The steps of a bounced request go to the
 * other, which does neither: the request as a whole has done so. A bounced request is counted in
 * flight on the first, so that a close, which refuses new requests there, lets its steps go on.
 */
final class FileTransfers {
  /** Bytes of a pooled buffer for memory that cannot be transferred as it is. */
  private static final long CHUNK = 1 << 20;

  /** For aligned requests with heap memory; memory is the process's, and so is this. */
  private static final BounceRoom HEAP_ROOM = new BounceRoom(64 << 20, Integer.MAX_VALUE);

  private final HostDevice device;
  private final SharedFile shared;
  private final BlockFile direct;
  private final BlockFile edges;
  private final FileCounters counters;
  private final boolean strict;
  private final boolean onLoop;
  private final int block;
  private final int memoryAlignment;

  /** Made when first asked for. */
  private volatile @Nullable Prefetch prefetch;

  /**
   * Over a device.
   *
   * @param onClosed what is to be done when the file is closed and nothing is in flight any more
   */
  FileTransfers(
      String name,
      HostDevice device,
      SharedFile shared,
      DirectFileOptions options,
      Runnable onClosed) {
    this.device = device;
    this.shared = shared;
    strict = options.alignment() == AlignmentMode.STRICT;
    onLoop = options.loop() != null;
    QueueLimits limits = device.limits();
    block = limits.logicalBlock();
    memoryAlignment = limits.memoryAlignment();
    HostLayout layout = HostLayout.of(device);
    IoMetrics measured = options.metrics();
    FileMetrics metrics = measured == null ? null : measured.open(name, device);
    edges =
        BlockFile.builder(device, options.layoutView().apply(layout))
            .name(name)
            .state(stepState())
            .cache(shared.prefetched())
            .endOfIo(end -> {})
            .metrics(metrics)
            .build();
    direct =
        BlockFile.builder(device, options.layoutView().apply(layout))
            .name(name)
            .state(shared.state())
            .dataSync(options.dataSync())
            .cache(shared.prefetched())
            .sync((file, scope) -> flush(scope))
            // who drives a loop counts what is in flight there: nothing may wait anywhere else
            .bounceRoom(onLoop ? null : HEAP_ROOM)
            .onClosed(
                () -> {
                  edges.close();
                  if (metrics != null) {
                    metrics.close();
                  }
                  onClosed.run();
                })
            .metrics(metrics)
            .build();
    counters =
        new FileCounters(
            direct.counters(), edges.counters(), device.isDirect(), QueueCounters.of(device));
  }

  /**
   * A device that is no multiple of the block ends inside of its last one, which is transferred
   * whole all the same.
   */
  private FileState stepState() {
    FileState whole = device.isBlockDevice() ? FileState.shared(device.size()) : shared.state();
    return whole.withoutClaims();
  }

  private void flush(SyncScope scope) throws IOException {
    switch (scope) {
      case DATA -> device.flush();
      case ALL -> device.flushAll();
    }
  }

  HostDevice device() {
    return device;
  }

  boolean isBlockDevice() {
    return device.isBlockDevice();
  }

  SharedFile shared() {
    return shared;
  }

  FileState state() {
    return shared.state();
  }

  /** For straight requests; counts every request in flight. */
  BlockFile direct() {
    return direct;
  }

  /** For the steps of bounced requests. */
  BlockFile edges() {
    return edges;
  }

  FileCounters counters() {
    return counters;
  }

  /** {@code L}, bytes. */
  int block() {
    return block;
  }

  /** Of addresses, bytes. */
  int memoryAlignment() {
    return memoryAlignment;
  }

  /** Bytes of the pooled buffer for so many. */
  static long chunk(long length) {
    return Math.min(length, Math.min(CHUNK, BufferPool.MAX_BYTES));
  }

  /**
   * The size, as far as it matters for a range: a range inside of the size known needs no look at
   * the host.
   */
  long sizeFor(long position, long length) throws IOException {
    if (position > state().size() - length) {
      shared.refresh(device);
    }
    return state().size();
  }

  /** The size at this moment, the host asked. */
  long sizeNow() throws IOException {
    askHost();
    return state().size();
  }

  /** Has the size known follow the host's, unless it is being set. */
  private void askHost() throws IOException {
    if (tryEnter()) {
      try {
        shared.refresh(device);
      } finally {
        direct.leaveOpen();
      }
    }
  }

  // --- prefetched ---

  /** What was prefetched, or null when nothing ever was. */
  @Nullable Prefetch prefetch() {
    return prefetch;
  }

  /** {@link #prefetch()}, made if need be. */
  synchronized Prefetch prefetching() {
    Prefetch made = prefetch;
    if (made == null) {
      made = new Prefetch(this, BufferPool.shared());
      prefetch = made;
      shared.beginPrefetching();
    }
    return made;
  }

  // --- blocking ---

  long read(IoVector memory, long position) throws IOException {
    Prefetch ahead = prefetch;
    if (ahead != null && !(strict && !isAligned(memory, position))) {
      long known = ahead.take(memory, position);
      if (known != Prefetch.UNKNOWN) {
        return known;
      }
    }
    if (goesStraight(memory, position)) {
      lookPastEnd(memory, position);
      return DirectIo.read(direct, memory, position);
    }
    HandlerQueue.forbidWaiting("a blocking read");
    admit(Direction.READ, memory, position, IoFlags.NONE);
    enter();
    try {
      return BounceRead.run(this, memory, position);
    } finally {
      direct.leaveOpen();
    }
  }

  void write(IoVector memory, long position, IoFlags flags) throws IOException {
    requireSpace(memory, position);
    if (goesStraight(memory, position)) {
      requireWhole(DirectIo.write(direct, memory, position, flags), memory.total(), position);
      return;
    }
    HandlerQueue.forbidWaiting("a blocking write");
    admit(Direction.WRITE, memory, position, flags);
    enter();
    try {
      bounceWrite(memory, position, flags);
    } finally {
      direct.leaveOpen();
    }
  }

  private void bounceWrite(IoVector memory, long position, IoFlags flags) throws IOException {
    BounceWrite.run(this, memory, position);
    if (direct.isDataSync() || flags.has(IoFlag.DATA_SYNC)) {
      direct.syncNow(SyncScope.DATA);
    }
  }

  /** Counts a request in that close waits for, and that does not keep others from the block map. */
  void enter() throws IOException {
    direct.enter();
    direct.leaveMapped();
  }

  /** {@link #enter()} without waiting; false while the size is being set. */
  boolean tryEnter() throws IOException {
    boolean entered = direct.enter(null);
    if (entered) {
      direct.leaveMapped();
    }
    return entered;
  }

  void requireOpen() throws IOException {
    if (direct.isClosed()) {
      throw new ClosedFileException(direct.name());
    }
  }

  void leave() {
    direct.leaveOpen();
  }

  // --- asynchronous ---

  /**
   * Starts a request; the handler is told of its end.
   *
   * @return the generation of the request's use
   */
  long submit(
      IoRequest request,
      Direction direction,
      IoVector memory,
      long position,
      IoFlags flags,
      IoHandler handler)
      throws IOException {
    boolean write = direction == Direction.WRITE;
    if (write) {
      requireSpace(memory, position);
    }
    if (goesStraight(memory, position)) {
      if (!write) {
        lookPastEnd(memory, position);
      }
      return DirectIo.submit(request, direction, direct, memory, position, flags, handler);
    }
    if (onLoop) {
      throw refusal(
          direction,
          memory,
          position,
          "an unaligned asynchronous request would not complete on the file's loop; align it to "
              + block
              + " bytes and its memory to "
              + memoryAlignment
              + ", or make it a blocking one");
    }
    admit(direction, memory, position, flags);
    BounceTask task = new BounceTask(this, request, direction, memory, position, flags, handler);
    task.start();
    return request.generation();
  }

  /** Starts an append; the handler is told the position. */
  void append(IoVector memory, IoHandler handler) throws IOException {
    admit(Direction.WRITE, memory, state().size(), IoFlags.NONE);
    new AppendTask(this, memory, handler).start();
  }

  /** What a {@link BounceTask} does on its own thread. */
  long carryOut(Direction direction, IoVector memory, long position, IoFlags flags)
      throws IOException {
    return switch (direction) {
      case READ -> BounceRead.run(this, memory, position);
      case WRITE -> {
        bounceWrite(memory, position, flags);
        yield memory.total();
      }
    };
  }

  // --- what is asked ---

  /** Whether the engine takes a request as it is, or has the words to refuse it. */
  private boolean goesStraight(IoVector memory, long position) {
    long total = memory.total();
    return strict
        || total == 0
        || position < 0
        || total > Long.MAX_VALUE - position
        || memory.source() != null
        || isAligned(memory, position);
  }

  private boolean isAligned(IoVector memory, long position) {
    return (position & (block - 1)) == 0
        && memory.isMultipleOf(block)
        && memory.isAddressMultipleOf(memoryAlignment);
  }

  /** The engine knows the size only that this process has seen. */
  private void lookPastEnd(IoVector memory, long position) throws IOException {
    if (position > state().size() - memory.total() && position >= 0) {
      askHost();
    }
  }

  /** A write that would be cut short is refused as a whole (FILE-1). */
  private void requireSpace(IoVector memory, long position) throws IOException {
    long total = memory.total();
    if (total == 0 || position < 0 || direct.isClosed()) {
      return;
    }
    if (isBlockDevice()) {
      if (position > state().size() - total) {
        throw failure(
            Errno.ENOSPC,
            Direction.WRITE,
            memory,
            position,
            "would end past the end of the device, " + state().size() + " bytes");
      }
    } else if (position > Long.MAX_VALUE - block - total) {
      throw failure(
          Errno.EFBIG, Direction.WRITE, memory, position, "would end past the largest file");
    }
  }

  private void admit(Direction direction, IoVector memory, long position, IoFlags flags)
      throws IOException {
    requireOpen();
    if (flags != IoFlags.NONE && flags != IoFlags.of(IoFlag.DATA_SYNC)) {
      throw refusal(
          direction,
          memory,
          position,
          "flags "
              + flags
              + " need a request that is aligned to "
              + block
              + " bytes, its memory to "
              + memoryAlignment);
    }
    if (direction == Direction.READ && memory.isReadOnly()) {
      throw refusal(
          direction, memory, position, "a segment is read-only; give writable memory to read into");
    }
    if (memory.hasRestrictedMemory()) {
      for (int i = 0; i < memory.count(); i++) {
        if (!memory.segment(i).isAccessibleBy(Thread.currentThread())) {
          throw refusal(
              direction,
              memory,
              position,
              "segment " + i + " is confined to another thread; allocate it from an IoArena");
        }
      }
    }
  }

  void requireWhole(long written, long total, long position) throws IOException {
    if (written != total) {
      throw new BlockIoException(
          Errno.EIO,
          "write",
          direct.name(),
          position,
          total,
          "only " + written + " bytes were written; the memory failed on the way");
    }
  }

  BlockIoException refusal(Direction direction, IoVector memory, long position, String detail) {
    return failure(Errno.EINVAL, direction, memory, position, detail);
  }

  private BlockIoException failure(
      Errno errno, Direction direction, IoVector memory, long position, String detail) {
    return new BlockIoException(
        errno, direction.word(), direct.name(), position, memory.total(), detail);
  }
}
