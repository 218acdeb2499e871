package io.penstock.core.file;

import io.penstock.core.bio.SubmitHook;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.memory.MemoryPolicy;
import io.penstock.core.metric.FileMetrics;
import java.io.IOException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the engine knows of a file: its size, block size, layout, device, and the rules its layout
 * wants. All positions and sizes are bytes.
 *
 * <p>One {@code BlockFile} stands for one file, whoever uses it: the in-flight count, the lock and
 * the exclusion of blocks live here, so two handles of one file share one {@code BlockFile}.
 * Thread-safe.
 */
public final class BlockFile implements AutoCloseable {
  /** Most bios one request has outstanding unless the builder says otherwise (BIO-6). */
  public static final int DEFAULT_MAX_OUTSTANDING_BIOS = 128;

  private final String name;
  private final BlockMapper mapper;
  private final String mapperName;
  private final LayoutTraits traits;
  private final BlockDevice device;
  private final QueueLimits limits;
  private final int blockSize;
  private final int blockShift;
  private final boolean dataSync;
  private final CacheHook cache;
  private final EndOfIoHook endOfIo;
  private final SyncHook syncHook;
  private final @Nullable SubmitHook submitHook;
  private final WarningListener warnings;
  private final CompletionExecutor completions;
  private final MemoryPolicy memoryPolicy;
  private final @Nullable BounceRoom bounceRoom;
  private final int maxOutstandingBios;
  private final @Nullable Runnable onClosed;
  private final @Nullable FileMetrics metrics;

  private final FileState state;

  /** Of the size, what no crash takes back; changed with the file's own lock held. */
  private volatile long durableSize;

  /** The size at which a failed write may have left bytes behind the end of file, or -1. */
  private volatile long uncleanTail = -1;

  /** How often the size was set; guarded by this. */
  private long sizeSettings;

  private final RequestLock lock = new RequestLock();
  private final InFlightGate gate = new InFlightGate();
  private final IoCounters counters = new IoCounters();
  private final CopyOnWriteArrayList<BlockDevice> devices = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable IOException> syncFailure = new AtomicReference<>();
  private final SyncTurns syncTurns = new SyncTurns();
  private final SyncTurns.Sync sync = this::syncInTurn;

  private BlockFile(Builder builder, QueueLimits limits) {
    this.limits = limits;
    name = builder.name;
    mapper = builder.mapper;
    mapperName = mapper.name();
    traits = mapper.traits();
    device = builder.device;
    blockSize = builder.blockSize;
    blockShift = Integer.numberOfTrailingZeros(blockSize);
    dataSync = builder.dataSync;
    cache = builder.cache;
    endOfIo = builder.endOfIo;
    syncHook = builder.sync;
    submitHook = builder.submit;
    warnings = WarningListener.guarded(builder.warnings);
    completions = builder.completions;
    memoryPolicy = builder.memoryPolicy;
    bounceRoom = builder.bounceRoom;
    maxOutstandingBios = builder.maxOutstandingBios;
    onClosed = builder.onClosed;
    metrics = builder.metrics;
    FileState given = builder.state;
    state = given == null ? FileState.own(builder.size, blockShift) : given;
    durableSize = builder.size;
    devices.add(device);
  }

  /** Starts to describe a file that lives on {@code device} where {@code mapper} says. */
  public static Builder builder(BlockDevice device, BlockMapper mapper) {
    return new Builder(device, mapper);
  }

  // --- what it is ---

  /** A name for messages. */
  public String name() {
    return name;
  }

  /** The layout. */
  public BlockMapper mapper() {
    return mapper;
  }

  /** The layout's name, asked for once: some make it anew each time. */
  public String mapperName() {
    return mapperName;
  }

  /** What the layout declares of itself. */
  public LayoutTraits traits() {
    return traits;
  }

  /** The device whose limits requests are checked against; a mapping may name another (MAP-12). */
  public BlockDevice device() {
    return device;
  }

  /** The limits of {@link #device()}, as they were when the file was built. */
  public QueueLimits limits() {
    return limits;
  }

  /** {@code F}: bytes of a file block, a power of two. */
  public int blockSize() {
    return blockSize;
  }

  /** Binary logarithm of {@link #blockSize()}. */
  public int blockShift() {
    return blockShift;
  }

  /** Whether every write is made durable before it is reported. */
  public boolean isDataSync() {
    return dataSync;
  }

  /** What happens to memory the device cannot be given as it is. */
  public MemoryPolicy memoryPolicy() {
    return memoryPolicy;
  }

  /** Where asynchronous requests find room to copy their memory, or null for no bound. */
  public @Nullable BounceRoom bounceRoom() {
    return bounceRoom;
  }

  /** Most bios one request has outstanding. */
  public int maxOutstandingBios() {
    return maxOutstandingBios;
  }

  /** Bytes and operations so far (BIO-10). */
  public IoCounters counters() {
    return counters;
  }

  /** Where its requests are measured, or null. */
  public @Nullable FileMetrics metrics() {
    return metrics;
  }

  // --- its size ---

  /** The size in bytes that everybody sees. */
  public long size() {
    return state.size();
  }

  /**
   * Makes the file at least {@code newSize} bytes long, for end-of-I/O hooks that publish a write.
   * Never shrinks it.
   */
  public void extendTo(long newSize) {
    state.extendTo(newSize);
  }

  /** Sets the size, for a layout that has the file {@linkplain #freeze() frozen}. */
  public void setSize(long newSize) {
    if (newSize < 0) {
      throw new IllegalArgumentException("size " + newSize + " must not be negative");
    }
    synchronized (this) {
      sizeSettings++;
      state.setSize(newSize);
      durableSize = Math.min(durableSize, newSize);
    }
  }

  /**
   * A write that goes past this size has failed, and may have left bytes between the end of file
   * and the end of its block, which nobody may see (ZERO-8). Does nothing where the size is a
   * multiple of the block: there is no such place.
   */
  public void noteUncleanTail(long size) {
    if ((size & (blockSize - 1)) != 0) {
      uncleanTail = size;
    }
  }

  /** Whether such bytes may be there: a write that would show them has to clear them first. */
  public boolean hasUncleanTail() {
    long size = uncleanTail;
    return size >= 0 && size == size();
  }

  /** They are zeros; for one who has the file {@linkplain #freeze() frozen}. */
  public void cleanedTail() {
    uncleanTail = -1;
  }

  /**
   * Bytes of the file that stay below its end in a crash: the size when it was built or when the
   * last successful sync began, or a smaller one set since. What an unsynced write has added is not
   * in it. 0 when others share the size, since they may have set it.
   */
  public long durableSize() {
    return state.isShared() ? 0 : durableSize;
  }

  private synchronized long sizeSettings() {
    return sizeSettings;
  }

  /** A sync that found this size has succeeded; nothing is known when it was set meanwhile. */
  private synchronized void madeDurable(long synced, long settingsBefore) {
    if (sizeSettings == settingsBefore && synced > durableSize) {
      durableSize = synced;
    }
  }

  // --- what its layout wants called ---

  /** The cache of a buffered path. */
  public CacheHook cache() {
    return cache;
  }

  /** Called at the end of every request. */
  public EndOfIoHook endOfIo() {
    return endOfIo;
  }

  /** The layout's own way to send bios, or null. */
  public @Nullable SubmitHook submitHook() {
    return submitHook;
  }

  /** Hears of failures no result carries. */
  public WarningListener warnings() {
    return warnings;
  }

  /** Where deferred completions run. */
  public CompletionExecutor completions() {
    return completions;
  }

  // --- who may do what at the same time ---

  /** The lock of a locking layout. */
  public RequestLock lock() {
    return lock;
  }

  /** Keeps partial writes of a block apart. */
  public BlockExclusion exclusion() {
    return state.exclusion();
  }

  /** What it has in common with other handles of the same file. */
  public FileState state() {
    return state;
  }

  /** Binary logarithm of the bytes that a block number of a claim stands for. */
  public int claimShift() {
    return state.claimShift();
  }

  /**
   * Counts one request in (ADM-10).
   *
   * @param waiter told to try again, when the file is frozen now and is not any more; null to not
   *     wait
   * @return true when counted; false when frozen: {@code waiter} is queued, if there is one
   * @throws IOException when the file is closed
   */
  public boolean enter(@Nullable Waiter waiter) throws IOException {
    return switch (gate.enter(waiter)) {
      case ENTERED -> true;
      case WAITING, FROZEN -> false;
      case CLOSED -> throw new io.penstock.core.error.ClosedFileException(name);
    };
  }

  /**
   * Counts one request in, waiting while the file is frozen; an interrupt does not cut the wait
   * short.
   *
   * @throws IOException when the file is closed
   */
  public void enter() throws IOException {
    while (!enter(null)) {
      BlockingWaiter waiter = new BlockingWaiter();
      if (enter(waiter)) {
        return;
      }
      waiter.await();
    }
  }

  /** The end-of-I/O hook of a request counted in has returned. */
  public void leaveMapped() {
    gate.leaveMapped();
  }

  /** The request counted in is about to be reported; after {@link #leaveMapped()}. */
  public void leaveOpen() {
    gate.leaveOpen();
  }

  /** Both of the above at once, with one atomic operation. */
  public void leave() {
    gate.leave();
  }

  /**
   * Stops new requests and waits until no request uses the block map any more: what truncate and
   * punch hole do before they move or free blocks (ADM-10). An interrupt does not cut the wait
   * short. Must be followed by {@link #thaw()}, on any thread.
   */
  public void freeze() {
    HandlerQueue.forbidWaiting("freeze " + name);
    gate.freeze();
  }

  /** Lets requests in again. */
  public void thaw() {
    gate.thaw();
  }

  /** Requests whose end-of-I/O hook has not returned. */
  public int requestsUsingBlockMap() {
    return gate.mapped();
  }

  /** Requests close would wait for. */
  public int requestsInFlight() {
    return gate.open();
  }

  // --- durability ---

  /** Remembers that the file has been mapped to {@code other}, so that a sync flushes it too. */
  public void noteDevice(BlockDevice other) {
    if (other != device) {
      devices.addIfAbsent(other);
    }
  }

  /**
   * Flushes every device the file has been written on; what {@link SyncHook#FLUSH_DEVICES} does.
   */
  public void flushDevices() throws IOException {
    // by index, as an iterator is an object for each durable write; the list only grows
    for (int i = 0; i < devices.size(); i++) {
      devices.get(i).flush();
    }
  }

  /**
   * Makes what was reported written before durable; waits for it.
   *
   * @throws IOException when it failed, now or at any time since the file was opened: the failure
   *     is sticky (CMP-6), because data that a failed sync lost is not found again by the next one.
   *     Open the file again and check what it holds.
   */
  public void sync(SyncScope scope) throws IOException {
    HandlerQueue.forbidWaiting("sync " + name);
    syncNow(scope);
  }

  /** {@link #sync} without the check of the calling thread, for the completion of a request. */
  public void syncNow(SyncScope scope) throws IOException {
    long settings = sizeSettings();
    long found = size();
    syncTurns.run(scope, sync);
    throwStickyFailure();
    madeDurable(found, settings);
  }

  private void syncInTurn(SyncScope scope) throws IOException {
    throwStickyFailure();
    try {
      syncHook.sync(this, scope);
    } catch (IOException | RuntimeException | Error failure) {
      IOException told =
          failure instanceof IOException io
              ? io
              : new BlockIoException(
                  io.penstock.core.error.Errno.EIO.number(),
                  "sync",
                  name,
                  BlockIoException.NONE,
                  BlockIoException.NONE,
                  "the sync hook threw",
                  failure);
      syncFailure.compareAndSet(null, told);
      throw told;
    }
  }

  /** Throws when a sync has failed since the file was opened. */
  public void throwStickyFailure() throws IOException {
    IOException earlier = syncFailure.get();
    if (earlier != null) {
      int errno =
          earlier instanceof BlockIoException block
              ? block.errno()
              : io.penstock.core.error.Errno.EIO.number();
      throw new BlockIoException(
          errno,
          "sync",
          name,
          BlockIoException.NONE,
          BlockIoException.NONE,
          "an earlier sync of this file failed, data may be lost; open the file again and check it",
          earlier);
    }
  }

  // --- its end ---

  /** Whether {@link #close()} was called. */
  public boolean isClosed() {
    return gate.isClosed();
  }

  /**
   * Refuses new requests and waits for those in flight (an interrupt does not cut it short).
   * Idempotent. Called from a completion handler it does not wait, since the handler may run on the
   * thread the others need: the file then is released when the last request has ended (CMP-10).
   */
  @Override
  public void close() {
    boolean first = gate.close();
    if (first && onClosed != null) {
      gate.whenIdle(this::released);
    }
    if (!HandlerQueue.isInHandler()) {
      BlockingWaiter waiter = new BlockingWaiter();
      gate.whenIdle(waiter);
      waiter.await();
    }
  }

  /**
   * Refuses new requests, and does not wait for those in flight.
   *
   * @param whenIdle run once, on any thread, when there are none any more and the file is released;
   *     must not wait
   */
  public void close(Runnable whenIdle) {
    if (gate.close() && onClosed != null) {
      gate.whenIdle(this::released);
    }
    gate.whenIdle(whenIdle::run);
  }

  private void released() {
    Runnable action = onClosed;
    if (action != null) {
      try {
        action.run();
      } catch (RuntimeException | Error failure) {
        // others that wait for the same moment stand behind it
        warnings.warn(name, "what was to run after close threw", failure);
      }
    }
  }

  @Override
  public String toString() {
    return "BlockFile "
        + name
        + " size="
        + size()
        + " blockSize="
        + blockSize
        + " mapper="
        + mapper.name()
        + " device="
        + device.name()
        + " inFlight="
        + requestsInFlight()
        + (isClosed() ? " closed" : "");
  }

  /** Describes a {@link BlockFile}. Not thread-safe. */
  public static final class Builder {
    private final BlockDevice device;
    private final BlockMapper mapper;
    private String name;
    private int blockSize;
    private long size;
    private @Nullable FileState state;
    private boolean dataSync;
    private CacheHook cache = CacheHook.NONE;
    private EndOfIoHook endOfIo = EndOfIoHook.PUBLISH_SIZE;
    private SyncHook sync = SyncHook.FLUSH_DEVICES;
    private @Nullable SubmitHook submit;
    private WarningListener warnings = WarningListener.LOG;
    private CompletionExecutor completions = CompletionExecutor.shared();
    private MemoryPolicy memoryPolicy = MemoryPolicy.BOUNCE;
    private @Nullable BounceRoom bounceRoom;
    private int maxOutstandingBios = DEFAULT_MAX_OUTSTANDING_BIOS;
    private @Nullable Runnable onClosed;
    private @Nullable FileMetrics metrics;

    private Builder(BlockDevice device, BlockMapper mapper) {
      this.device = device;
      this.mapper = mapper;
      name = mapper.name() + " on " + device.name();
      blockSize = device.limits().logicalBlock();
    }

    /** A name for messages, such as the path. */
    public Builder name(String name) {
      this.name = name;
      return this;
    }

    /**
     * {@code F}: bytes of a file block; a power of two, at least the device's logical block, which
     * is the default.
     */
    public Builder blockSize(int bytes) {
      blockSize = bytes;
      return this;
    }

    /** The size in bytes at the beginning; 0 if not said. */
    public Builder size(long bytes) {
      size = bytes;
      return this;
    }

    /**
     * What this file has in common with other handles of it, its size included, instead of a state
     * of its own. Its blocks must then be the device's logical blocks.
     */
    public Builder state(FileState shared) {
      state = shared;
      return this;
    }

    /** Whether every write is made durable before it is reported. */
    public Builder dataSync(boolean value) {
      dataSync = value;
      return this;
    }

    /** The cache of a buffered path; none if not said. */
    public Builder cache(CacheHook hook) {
      cache = hook;
      return this;
    }

    /** Called at the end of every request; publishes the size if not said. */
    public Builder endOfIo(EndOfIoHook hook) {
      endOfIo = hook;
      return this;
    }

    /** How the file is made durable; flushes its devices if not said. */
    public Builder sync(SyncHook hook) {
      sync = hook;
      return this;
    }

    /** The layout's own way to send bios; straight to the device if not said. */
    public Builder submit(SubmitHook hook) {
      submit = hook;
      return this;
    }

    /** Hears of failures no result carries; the log if not said. */
    public Builder warnings(WarningListener listener) {
      warnings = listener;
      return this;
    }

    /** Where deferred completions run; shared by all files if not said. */
    public Builder completions(CompletionExecutor executor) {
      completions = executor;
      return this;
    }

    /** What happens to memory the device cannot be given as it is; it is copied if not said. */
    public Builder memoryPolicy(MemoryPolicy policy) {
      memoryPolicy = policy;
      return this;
    }

    /**
     * Bounds what its asynchronous requests copy at the same time, of memory the device cannot be
     * given as it is; not bounded if not said. A request waits for room before anything else, and
     * with NOWAIT is refused instead. Not for a file whose device makes asynchronous requests in
     * the same room: see {@link BounceRoom}.
     */
    public Builder bounceRoom(@Nullable BounceRoom room) {
      bounceRoom = room;
      return this;
    }

    /**
     * Where its requests are measured; not at all if not said. Stays the caller's, who closes it
     * with the file, such as by {@link #onClosed}.
     */
    public Builder metrics(@Nullable FileMetrics measured) {
      metrics = measured;
      return this;
    }

    /** Most bios one request has outstanding; at least 1. */
    public Builder maxOutstandingBios(int bios) {
      maxOutstandingBios = bios;
      return this;
    }

    /**
     * Runs once, after close, when nothing is in flight any more: closes the device, for example.
     * Must not wait for I/O of this file.
     */
    public Builder onClosed(Runnable action) {
      onClosed = action;
      return this;
    }

    /**
     * The file.
     *
     * @throws IllegalArgumentException when a value cannot be: a block size that is no power of two
     *     or smaller than the device's logical block (ADM-3), a negative size
     */
    public BlockFile build() {
      QueueLimits limits = device.limits();
      int logicalBlock = limits.logicalBlock();
      if (blockSize < logicalBlock || Integer.bitCount(blockSize) != 1) {
        throw new IllegalArgumentException(
            "block size "
                + blockSize
                + " of "
                + name
                + " must be a power of two and at least the "
                + logicalBlock
                + "-byte logical block of "
                + device.name());
      }
      if (state != null && blockSize != logicalBlock) {
        throw new IllegalArgumentException(
            "block size "
                + blockSize
                + " of "
                + name
                + " must be the "
                + logicalBlock
                + "-byte logical block of "
                + device.name()
                + " when its state is shared");
      }
      if (size < 0) {
        throw new IllegalArgumentException(
            "size " + size + " of " + name + " must not be negative");
      }
      if (maxOutstandingBios < 1) {
        throw new IllegalArgumentException(
            "maxOutstandingBios " + maxOutstandingBios + " must be at least 1");
      }
      return new BlockFile(this, limits);
    }
  }
}
