package io.penstock.core.walk;

import io.penstock.core.admission.Admission;
import io.penstock.core.bio.Bio;
import io.penstock.core.bio.BioAssembler;
import io.penstock.core.bio.BioOwner;
import io.penstock.core.bio.Direction;
import io.penstock.core.bio.SubmitHook;
import io.penstock.core.bio.ZeroBuffer;
import io.penstock.core.completion.Completable;
import io.penstock.core.completion.FirstError;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.completion.References;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.ClosedFileException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockClaim;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.CacheHook;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.file.EndOfIoHook;
import io.penstock.core.file.SyncScope;
import io.penstock.core.file.Waiter;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: admission, preparation (lock, in-flight count, block claim), the walk
 * from mapping to mapping, and its end. All state of a request is here, so that a walk can be
 * suspended and go on on another thread (BIO-6), and so that a request used again allocates
 * nothing.
 *
 * <p><b>Who touches it.</b> One thread at a time prepares and walks; it holds the submitter's
 * {@linkplain References reference}. Ends of bios come from any thread and touch only what says so.
 * Whoever drops the last reference completes the request, and nobody touches it after dropping
 * theirs (CMP-8).
 */
public final class RequestWalk extends Completable
    implements IoRequest, EndOfIo, BioOwner, Waiter, Runnable {

  /** Where preparation goes on after a wait. */
  private enum Stage {
    LOCK,
    LOCKED,
    ENTER,
    CLAIM,
    CLAIMED,
    WALK,
    REPORT
  }

  /** How the walk ended. */
  private enum Ending {
    /** It goes on. */
    NOT_YET,
    /** Everything assembled is sent. */
    SEND,
    /**
     * What was not sent yet is dropped: an error was seen on the way, or the request must change
     * nothing.
     */
    DROP
  }

  private static final VarHandle CONTROL;

  static {
    try {
      CONTROL = MethodHandles.lookup().findVarHandle(RequestWalk.class, "control", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** {@link #control}: generation above three flags. */
  private static final long ACTIVE = 1;

  private static final long CANCELLED = 2;
  private static final long TIMED_OUT = 4;
  private static final int GENERATION_SHIFT = 3;

  /** Instead of bytes taken: the walk is suspended, and another thread may have it already. */
  private static final long SUSPENDED = -1;

  /** Instead of bytes taken: the walk was stopped. */
  private static final long STOPPED = 0;

  // --- the user's ---
  private long tag;
  private long timeoutNanos;

  // --- what is asked ---
  private volatile long control;
  private final Admission admission = new Admission();
  private @Nullable BlockFile file;
  private Direction direction = Direction.READ;
  private long position;
  private long end;
  private int unit;
  private IoFlags flags = IoFlags.NONE;
  private @Nullable IoHandler handler;
  private boolean dataSync;
  private boolean singleBio;

  /**
   * Whether the submission returns only when the request is done: no handler, or one that is called
   * at the end of the submission.
   */
  private boolean waits;

  private @Nullable Thread waiter;
  private volatile boolean mayGoOn;
  private @Nullable ConfinedCopy confinedCopy;
  private @Nullable Future<?> deadline;

  // --- preparation ---
  private Stage stage = Stage.WALK;
  private boolean holdsLock;
  private boolean counted;
  private boolean holdsClaim;
  private boolean admitted;
  private final BlockClaim claim = new BlockClaim();
  private long sampledSize;

  // --- the walk ---
  private final MemoryCursor memory = new MemoryCursor();
  private final BioAssembler assembler = new BioAssembler(this);
  private final MapQuery query = new MapQuery();
  private final Mapping mapping = new Mapping();
  private long walkEnd;
  private long cursor;
  private Ending ending = Ending.NOT_YET;
  private boolean firstMapping;
  private boolean gapDone;
  private @Nullable Object cookie;
  private boolean deferred;
  private boolean needsFlush;
  private boolean sentAny;

  /**
   * What is left of the current mapping: bytes of the request, and where they are on the device.
   */
  private long runLeft;

  private long runOffset;

  /** Where the current mapping's last block ends, in the file. */
  private long runBlockEnd;

  /** Zeros to be written before anything else (ZERO-1, ZERO-2, ZERO-8, MEM-1). */
  private long zeroLeft;

  private long zeroOffset;
  private long zeroFileOffset;
  private @Nullable BlockDevice zeroDevice;

  // --- how it ends ---
  private final References references = new References();
  private final FirstError deviceErrors = new FirstError();
  private @Nullable IOException walkError;
  private @Nullable IOException memoryFault;
  private final FileRanges allocated = new FileRanges();
  private final FileRanges failed = new FileRanges();
  private final FileRanges uninitialised = new FileRanges();
  private long result;
  private @Nullable IOException error;

  /** A request not in flight. */
  public RequestWalk() {}

  // =============================================== submission
  // ===============================================

  /**
   * Carries out a request in the calling thread.
   *
   * @return bytes, or {@link IoRequest#END_OF_FILE}
   */
  public long runAndWait(
      Direction direction, BlockFile file, IoVector vector, long position, IoFlags flags)
      throws IOException {
    HandlerQueue.forbidWaiting("a synchronous " + direction);
    long known = admission.check(file, direction, vector, position, flags, true);
    if (known != Admission.PROCEED) {
      return known;
    }
    begin(direction, file, vector, position, flags, null, true);
    advance();
    finish();
    IOException failure = error;
    long bytes = result;
    idle();
    if (failure != null) {
      throw failure;
    }
    return bytes;
  }

  /**
   * Starts a request with a handler.
   *
   * @return the generation of this use
   */
  public long submit(
      Direction direction,
      BlockFile file,
      IoVector vector,
      long position,
      IoFlags flags,
      IoHandler handler)
      throws IOException {
    if ((control & ACTIVE) != 0) {
      throw new IllegalStateException(
          "this request is in flight; wait for its handler or use another");
    }
    boolean write = direction == Direction.WRITE;
    boolean extendsFile =
        write && !file.traits().publishesSize() && position + vector.total() > file.size();
    boolean wait = flags.has(IoFlag.FORCE_WAIT) || extendsFile;
    if (wait) {
      HandlerQueue.forbidWaiting("a submission that has to wait");
    }
    long known = admission.check(file, direction, vector, position, flags, wait);
    if (!wait && write && (file.isDataSync() || flags.has(IoFlag.DATA_SYNC))) {
      file.completions().require();
    }
    HandlerQueue queue = HandlerQueue.current();
    queue.open();
    try {
      begin(direction, file, vector, position, flags, handler, wait);
      long generation = generation();
      if (known != Admission.PROCEED) {
        result = known;
        stage = Stage.REPORT;
        releaseMemory();
        references.dropSubmitter();
        queue.add(this);
        return generation;
      }
      if (timeoutNanos > 0) {
        deadline = Deadlines.schedule(this, generation, timeoutNanos);
      }
      advance();
      return generation;
    } finally {
      queue.close();
    }
  }

  private void begin(
      Direction direction,
      BlockFile file,
      IoVector vector,
      long position,
      IoFlags flags,
      @Nullable IoHandler handler,
      boolean wait) {
    assert assembler.unsent() == 0 && references.count() == 0;
    boolean write = direction == Direction.WRITE;
    this.direction = direction;
    this.file = file;
    this.position = position;
    this.flags = flags;
    this.handler = handler;
    this.waits = wait;
    end = position + admission.count();
    unit = admission.unit();
    dataSync = write && (file.isDataSync() || flags.has(IoFlag.DATA_SYNC));
    singleBio = flags.has(IoFlag.NOWAIT) || flags.has(IoFlag.ATOMIC);
    waiter = wait ? Thread.currentThread() : null;
    stage = Stage.LOCK;
    cursor = position;
    ending = Ending.NOT_YET;
    firstMapping = true;
    gapDone = false;
    cookie = null;
    deferred = false;
    needsFlush = false;
    sentAny = false;
    admitted = false;
    runLeft = 0;
    zeroLeft = 0;
    walkError = null;
    memoryFault = null;
    error = null;
    result = 0;
    deviceErrors.clear();
    allocated.clear();
    failed.clear();
    uninitialised.clear();
    IoVector walked = vector;
    if (!wait && write && ConfinedCopy.isNeeded(vector)) {
      ConfinedCopy copy = ConfinedCopy.of(vector, file.device().limits().memoryAlignment());
      confinedCopy = copy;
      walked = copy.vector();
    }
    memory.start(walked, direction);
    references.start();
    long generation = (control >>> GENERATION_SHIFT) + 1;
    CONTROL.setRelease(this, generation << GENERATION_SHIFT | ACTIVE);
  }

  // =============================================== preparation
  // ===============================================

  /** It is this request's turn for the lock, the gate or its claim. */
  @Override
  public void granted() {
    goOnElsewhere();
  }

  /** Goes on with the walk, or completes; on the completion executor. */
  @Override
  public void run() {
    HandlerQueue queue = HandlerQueue.current();
    queue.open();
    try {
      if (references.count() == 0) {
        queue.add(this);
      } else {
        advance();
      }
    } finally {
      queue.close();
    }
  }

  /** Continues a suspended walk off the thread that made it possible, which may be a device's. */
  private void goOnElsewhere() {
    try {
      file().completions().require().execute(this);
    } catch (IOException | RejectedExecutionException failure) {
      stopWalk(asIo(failure, "resume"), Ending.DROP);
      stage = Stage.WALK;
      run();
    }
  }

  /** Prepares and walks as far as possible; the end of the walk, if it is reached, included. */
  private void advance() {
    try {
      if (stage != Stage.WALK && !prepare()) {
        return;
      }
      if (!walk()) {
        return;
      }
    } catch (IOException | RuntimeException | Error failure) {
      failRest();
      stopWalk(asIo(failure, "walk"), Ending.DROP);
    }
    endWalk();
  }

  /**
   * Takes what the request needs before its first mapping. Returns false when it waits for
   * something; it will be told.
   */
  private boolean prepare() throws IOException {
    BlockFile file = file();
    boolean noWait = flags.has(IoFlag.NOWAIT);
    boolean blocking = waits || (isWrite() && !file.traits().publishesSize());
    // 1. the lock, for a read of a locking layout (ADM-11)
    if (stage == Stage.LOCK) {
      if (isWrite() || !file.traits().locking()) {
        stage = Stage.ENTER;
      } else {
        stage = Stage.LOCKED;
        if (noWait) {
          refuseUnless(file.lock().tryAcquire(), "the file's lock is held");
        } else if (blocking) {
          file.lock().acquire();
        } else if (!file.lock().acquire(this)) {
          return false;
        }
      }
    }
    if (stage == Stage.LOCKED) {
      holdsLock = true;
      writeBackBeforeRead(file, noWait);
      stage = Stage.ENTER;
    }
    // 2. the in-flight count (ADM-10)
    if (stage == Stage.ENTER) {
      if (!file.traits().ownInFlightScheme()) {
        if (noWait) {
          refuseUnless(file.enter(null), "the file is frozen");
        } else if (blocking) {
          file.enter();
        } else if (!file.enter(this)) {
          return false;
        }
        counted = true;
      } else if (file.isClosed()) {
        throw new ClosedFileException(file.name());
      }
      admitted = true;
      stage = Stage.CLAIM;
    }
    // 3. the blocks touched in part (ZERO-6), then the size, once (ADM-1); the claim holds only for
    // the size it was made for
    while (stage != Stage.WALK) {
      if (stage == Stage.CLAIM) {
        if (!needsClaim(file)) {
          sampledSize = file.size();
          break;
        }
        fillClaim(file, file.size());
        stage = Stage.CLAIMED;
        if (noWait) {
          refuseUnless(
              file.exclusion().tryAcquire(claim),
              "another write touches a block of this one in part");
        } else if (blocking) {
          file.exclusion().acquire(claim);
        } else if (!file.exclusion().acquire(claim, this)) {
          return false;
        }
      }
      holdsClaim = true;
      sampledSize = file.size();
      if (gapBlock(file, sampledSize) == claim.gap()) {
        break;
      }
      releaseClaim(file);
      stage = Stage.CLAIM;
    }
    stage = Stage.WALK;
    startWalk(file);
    return true;
  }

  private void refuseUnless(boolean done, String why) throws IOException {
    if (!done) {
      throw failure(Errno.EAGAIN, why);
    }
  }

  private void writeBackBeforeRead(BlockFile file, boolean noWait) throws IOException {
    CacheHook cache = file.cache();
    if (cache != CacheHook.NONE) {
      refuseUnless(
          !noWait || !cache.hasDirty(file, position, end),
          "cached bytes have to be written back first");
      cache.writeBack(file, position, end);
    }
  }

  /**
   * Only where blocks are larger than the device's unit can a write touch one in part; only
   * OVERWRITE_ONLY does without (ZERO-6).
   */
  private boolean needsClaim(BlockFile file) {
    return isWrite()
        && file.blockSize() > file.device().limits().logicalBlock()
        && !flags.has(IoFlag.OVERWRITE_ONLY);
  }

  private void fillClaim(BlockFile file, long size) {
    int shift = file.blockShift();
    int mask = file.blockSize() - 1;
    claim.set(
        position >> shift,
        end - 1 >> shift,
        gapBlock(file, size),
        (position & mask) != 0,
        (end & mask) != 0);
  }

  /**
   * The block the file ends in, if this write leaves a gap after it and does not begin in it
   * (ZERO-8).
   */
  private long gapBlock(BlockFile file, long size) {
    boolean inside = (size & (file.blockSize() - 1)) != 0;
    long block = size >> file.blockShift();
    return inside && size < position && block < position >> file.blockShift()
        ? block
        : BlockClaim.NONE;
  }

  private void startWalk(BlockFile file) throws IOException {
    if (isWrite()) {
      walkEnd = end;
      if (end > sampledSize) {
        if (!file.traits().publishesSize() && !waits) {
          // ADM-8: nobody may see the new size before the data, and only the submission's return
          // can tell
          waits = true;
          waiter = Thread.currentThread();
        }
        if (flags.has(IoFlag.OVERWRITE_ONLY)) {
          throw failure(Errno.EAGAIN, "an overwrite-only request would extend the file");
        }
      }
      dropCacheBeforeWrite(file);
    } else {
      long units = -(long) unit;
      walkEnd =
          sampledSize > Long.MAX_VALUE - unit ? end : Math.min(end, sampledSize + unit - 1 & units);
      if (position >= sampledSize) {
        walkEnd = position;
      }
    }
  }

  private void dropCacheBeforeWrite(BlockFile file) throws IOException {
    CacheHook cache = file.cache();
    if (cache == CacheHook.NONE) {
      return;
    }
    refuseUnless(
        !flags.has(IoFlag.NOWAIT) || !cache.hasDirty(file, position, end),
        "cached bytes have to be written back first");
    if (!cache.writeBackAndDrop(file, position, end)) {
      refuseUnless(!flags.has(IoFlag.ATOMIC), "the cached copy of the range cannot be dropped");
      walkEnd = position;
      gapDone = true;
    }
  }

  // =============================================== the walk
  // ===============================================

  /**
   * Goes from mapping to mapping. Returns false when the walk is suspended; whoever resumes it
   * calls {@link #run()}.
   */
  private boolean walk() throws IOException {
    while (ending == Ending.NOT_YET || zeroLeft > 0 && ending == Ending.SEND) {
      boolean goesOn;
      if (zeroLeft > 0) {
        goesOn = placeZeros();
      } else if (runLeft > 0) {
        goesOn =
            mapping.kind() == MappingKind.HOLE || !isWrite() && mapping.kind() != MappingKind.MAPPED
                ? fillHole()
                : placeData();
      } else if (!gapDone) {
        goesOn = mapGap();
      } else if (cursor == walkEnd) {
        goesOn = endAtCursor();
      } else {
        goesOn = nextMapping();
      }
      if (!goesOn) {
        return false;
      }
    }
    return true;
  }

  /** ZERO-8: the rest of the block the file ended in, when this write leaves a gap after it. */
  private boolean mapGap() throws IOException {
    gapDone = true;
    BlockFile file = file();
    long block = needsClaim(file) ? claim.gap() : BlockClaim.NONE;
    if (block == BlockClaim.NONE || cursor == walkEnd) {
      return true;
    }
    ask(file, block, 1, MapIntent.LOOK_UP);
    if (ending != Ending.NOT_YET || mapping.kind() != MappingKind.MAPPED) {
      return true;
    }
    BlockDevice device = mappedDevice(file);
    long blockStart = block << file.blockShift();
    long from = roundUp(sampledSize, device.limits().logicalBlock());
    refuseSecondPiece(
        from == blockStart + file.blockSize(), "the block the file ends in has to be zeroed too");
    setZeros(
        device,
        mapping.deviceOffset() + (from - blockStart),
        from,
        blockStart + file.blockSize() - from);
    return true;
  }

  /** Asks for the next run and gets ready to consume it whole (MAP-1, MAP-3). */
  private boolean nextMapping() throws IOException {
    if (memoryFault != null) {
      return endAtCursor();
    }
    if (stopRequested()) {
      return true;
    }
    BlockFile file = file();
    int shift = file.blockShift();
    long block = cursor >> shift;
    long blocks = (end - 1 >> shift) - block + 1;
    ask(file, block, blocks, intent(file, block << shift));
    if (ending != Ending.NOT_YET) {
      return true;
    }
    long inside = cursor - (block << shift);
    runBlockEnd = (block << shift) + (mapping.blocks() << shift);
    runLeft = Math.min(runBlockEnd, walkEnd) - cursor;
    if (runBlockEnd < 0) {
      runBlockEnd = Long.MAX_VALUE;
      runLeft = walkEnd - cursor;
    }
    runOffset = mapping.deviceOffset() + inside;
    if (mapping.kind() == MappingKind.NEW) {
      allocated.add(block << shift, runBlockEnd);
    }
    checkSingle();
    if (mapping.isDefer()) {
      deferred = true;
      if (!waits && !requireExecutor(file)) {
        return true;
      }
    }
    if (isWrite()) {
      startWritingRun(file, inside);
    }
    firstMapping = false;
    return true;
  }

  /**
   * What makes a no-wait or atomic request impossible is told before anything of the mapping is
   * sent (ADM-12, BIO-9).
   */
  private void checkSingle() throws IOException {
    if (singleBio && runLeft < walkEnd - cursor) {
      refuseSecondPiece(false, "more than one mapping is needed");
    }
  }

  /** ADM-13: before anything of the mapping is sent. */
  private boolean requireExecutor(BlockFile file) {
    try {
      file.completions().require();
      return true;
    } catch (IOException failure) {
      failRest();
      stopWalk(failure, Ending.SEND);
      return false;
    }
  }

  private void refuseSecondPiece(boolean fine, String why) throws IOException {
    if (singleBio && !fine) {
      throw failure(flags.has(IoFlag.ATOMIC) ? Errno.EINVAL : Errno.EAGAIN, why);
    }
  }

  private MapIntent intent(BlockFile file, long blockStart) {
    if (!isWrite() || flags.has(IoFlag.OVERWRITE_ONLY)) {
      return MapIntent.LOOK_UP;
    }
    return file.traits().fillsHoles() || blockStart >= sampledSize
        ? MapIntent.ALLOCATE
        : MapIntent.LOOK_UP;
  }

  /** One question to the mapper, and what its answer means for the request as a whole. */
  private void ask(BlockFile file, long block, long blocks, MapIntent intent) throws IOException {
    query.set(block, blocks, intent, flags.has(IoFlag.NOWAIT), sampledSize);
    mapping.clear();
    try {
      file.mapper().map(query, mapping);
    } catch (IOException failure) {
      // MAP-9: what was assembled is still sent
      stopWalk(failure, Ending.SEND);
      return;
    } catch (RuntimeException | Error failure) {
      stopWalk(
          new BlockIoException(
              Errno.EIO.number(),
              "map",
              file.mapper().name(),
              block << file.blockShift(),
              blocks << file.blockShift(),
              "the mapper of " + file.name() + " threw " + failure,
              failure),
          Ending.SEND);
      return;
    }
    try {
      MappingCheck.check(file, query, mapping, unit);
    } catch (IOException wrong) {
      stopWalk(wrong, Ending.SEND);
      return;
    }
    if (mapping.kind() == MappingKind.WOULD_BLOCK) {
      throw failure(Errno.EAGAIN, "the mapper would have to wait");
    }
    if (mapping.cookie() != null) {
      cookie = mapping.cookie();
    }
    BlockDevice device = mapping.device();
    if (device != null && isWrite()) {
      file.noteDevice(device);
    }
  }

  /**
   * Marks of a run that is going to be written, its first zeros, and the runs a write must not
   * enter.
   */
  private void startWritingRun(BlockFile file, long inside) throws IOException {
    MappingKind kind = mapping.kind();
    if (kind != MappingKind.MAPPED && flags.has(IoFlag.OVERWRITE_ONLY)) {
      runLeft = 0;
      throw failure(Errno.EAGAIN, "an overwrite-only request met blocks that hold no data");
    }
    if (kind == MappingKind.HOLE) {
      // WALK-4: the layout does not allocate here; the rest goes the buffered way
      refuseSecondPiece(!flags.has(IoFlag.ATOMIC), "an atomic write met a hole");
      runLeft = 0;
      ending = Ending.SEND;
      return;
    }
    BlockDevice device = mappedDevice(file);
    if (kind == MappingKind.NEW) {
      try {
        device.dropCachedAliases(mapping.deviceOffset(), mapping.blocks() << file.blockShift());
      } catch (IOException failure) {
        failRest();
        stopWalk(failure, Ending.SEND);
        return;
      }
    }
    if (inside > 0 && firstMapping) {
      long blockStart = cursor - inside;
      long zerosFrom =
          kind == MappingKind.MAPPED
              ? Math.max(blockStart, roundUp(sampledSize, device.limits().logicalBlock()))
              : blockStart;
      if (zerosFrom < cursor) {
        checkAtomicZeros();
        setZeros(
            device,
            mapping.deviceOffset() + (zerosFrom - blockStart),
            zerosFrom,
            cursor - zerosFrom);
      }
    }
  }

  private void checkAtomicZeros() throws IOException {
    if (flags.has(IoFlag.ATOMIC)) {
      throw failure(Errno.EINVAL, "an atomic write would have to zero the rest of a block too");
    }
  }

  private static long roundUp(long value, int powerOfTwo) {
    return value + powerOfTwo - 1 & -(long) powerOfTwo;
  }

  private BlockDevice mappedDevice(BlockFile file) {
    BlockDevice device = mapping.device();
    return device == null ? file.device() : device;
  }

  private void setZeros(BlockDevice device, long deviceOffset, long fileOffset, long bytes) {
    zeroDevice = device;
    zeroOffset = deviceOffset;
    zeroFileOffset = fileOffset;
    zeroLeft = bytes;
  }

  /**
   * The walk has come to its end, or to a memory fault: zeros to the end of a block written in part
   * (ZERO-2, ZERO-8).
   */
  private boolean endAtCursor() throws IOException {
    BlockFile file = file();
    long inside = cursor & (file.blockSize() - 1);
    boolean holdsData = mapping.kind() == MappingKind.MAPPED && cursor <= sampledSize;
    if (isWrite() && inside != 0 && cursor != position && !holdsData) {
      checkAtomicZeros();
      setZeros(mappedDevice(file), runOffset, cursor, file.blockSize() - inside);
    }
    ending = Ending.SEND;
    return true;
  }

  /** Fills memory for a hole or an unwritten run that is read (WALK-3). */
  private boolean fillHole() {
    long left = runLeft;
    runLeft = 0;
    while (left > 0) {
      try {
        memory.require();
        long filled = memory.fillZeros(left);
        cursor += filled;
        left -= filled;
      } catch (IOException | IllegalStateException fault) {
        noteMemoryFault(asIo(fault, "zero memory"));
        ending = Ending.SEND;
        return true;
      }
    }
    return true;
  }

  /** Puts the memory at the cursor into a bio. Returns false when the walk is suspended. */
  private boolean placeData() throws IOException {
    try {
      memory.require();
    } catch (IOException fault) {
      return endAtFault(fault);
    }
    BlockFile file = file();
    BlockDevice device = mappedDevice(file);
    long bytes = Math.min(runLeft, memory.left());
    boolean direct = memory.isDirect(device.limits(), waits, file.submitHook() != null);
    long taken;
    if (direct) {
      taken =
          place(
              device,
              runOffset,
              cursor,
              memory.segment(),
              memory.offset(),
              bytes,
              memory.isBorrowed(),
              overwrites());
    } else {
      try {
        taken = placeBounced(device, bytes);
      } catch (RuntimeException fault) {
        return endAtFault(asIo(fault, "copy memory"));
      }
    }
    if (taken <= 0) {
      return taken == STOPPED;
    }
    memory.advance(taken);
    cursor += taken;
    runOffset += taken;
    runLeft -= taken;
    if (runLeft == 0 && mapping.isBoundary() && cursor < walkEnd) {
      // BIO-4: the mapping's last block is in it
      assembler.plugCurrent();
      unplug();
    }
    return true;
  }

  private boolean overwrites() {
    return mapping.kind() == MappingKind.MAPPED && walkEnd <= sampledSize;
  }

  private long placeBounced(BlockDevice device, long bytes) throws IOException {
    long piece = Math.min(bytes, Bounce.MAX_BYTES);
    Bounce bounce = Bounce.take(memory.segment(), memory.offset(), piece, isWrite());
    long taken = place(device, runOffset, cursor, bounce.memory(), 0, piece, false, overwrites());
    if (taken <= 0) {
      bounce.giveBack();
      return taken;
    }
    Bio bio = assembler.current();
    assert bio != null;
    bounce.shorten(taken);
    bounce.chain((Bounce) bio.ownerData());
    bio.ownerData(bounce);
    return taken;
  }

  private boolean placeZeros() throws IOException {
    BlockDevice device = zeroDevice;
    assert device != null;
    long bytes = Math.min(zeroLeft, ZeroBuffer.SIZE);
    long taken =
        place(device, zeroOffset, zeroFileOffset, ZeroBuffer.segment(), 0, bytes, false, false);
    if (taken <= 0) {
      return taken == STOPPED;
    }
    zeroLeft -= taken;
    zeroOffset += taken;
    zeroFileOffset += taken;
    return true;
  }

  /**
   * Puts a piece into the held-back bio or a new one.
   *
   * @return bytes taken, {@link #SUSPENDED} or {@link #STOPPED}
   */
  private long place(
      BlockDevice device,
      long deviceOffset,
      long fileOffset,
      MemorySegment segment,
      long offset,
      long bytes,
      boolean borrowed,
      boolean overwrite)
      throws IOException {
    boolean forcedUnitAccess = dataSync && overwrite && device.limits().forcedUnitAccess();
    needsFlush |= !forcedUnitAccess;
    long taken =
        assembler.extend(device, deviceOffset, fileOffset, segment, offset, bytes, borrowed);
    Bio bio = assembler.current();
    if (taken > 0) {
      if (!forcedUnitAccess && bio != null) {
        bio.forcedUnitAccess(false);
      }
      return taken;
    }
    long room = makeRoom();
    if (room <= 0) {
      return room;
    }
    bio = assembler.begin(direction, device, deviceOffset, fileOffset);
    bio.synchronous(waits)
        .noWait(flags.has(IoFlag.NOWAIT))
        .atomic(flags.has(IoFlag.ATOMIC))
        .forcedUnitAccess(forcedUnitAccess);
    return assembler.first(bio, segment, offset, bytes, borrowed);
  }

  /** Makes room for a new bio (BIO-6, BIO-7): 1, {@link #SUSPENDED} or {@link #STOPPED}. */
  private long makeRoom() throws IOException {
    if (assembler.current() != null) {
      if (singleBio) {
        refuseSecondPiece(false, "more than one device operation is needed");
      }
      assembler.plugCurrent();
    }
    if (stopRequested()) {
      return STOPPED;
    }
    int most = file().maxOutstandingBios();
    if (assembler.isPlugFull()) {
      unplug();
    }
    if (references.bios() + assembler.plugged() < most) {
      return 1;
    }
    unplug();
    int resumeAt = resumeAt();
    if (waits) {
      while (references.bios() >= most) {
        waitUntilResumed(resumeAt);
      }
    } else if (references.bios() >= most && references.suspendUnless(resumeAt)) {
      return SUSPENDED;
    }
    return stopRequested() ? STOPPED : 1;
  }

  /**
   * A suspended walk goes on when half of its bios are done; counted in references, the submitter's
   * included.
   */
  private int resumeAt() {
    return file().maxOutstandingBios() / 2 + 1;
  }

  private boolean endAtFault(IOException fault) throws IOException {
    noteMemoryFault(fault);
    if (isWrite() && mapping.kind() == MappingKind.NEW) {
      // MEM-1: zeros where data would have gone
      ending = Ending.SEND;
      setZeros(mappedDevice(file()), runOffset, cursor, runBlockEnd - cursor);
      runLeft = 0;
      return true;
    }
    runLeft = 0;
    return endAtCursor();
  }

  private void noteMemoryFault(IOException fault) {
    if (memoryFault == null) {
      memoryFault = fault;
    }
  }

  // =============================================== stopping
  // ===============================================

  /**
   * Whether a device error, a cancel or a timeout ends the walk (BIO-6, CMP-11); then it has been
   * ended.
   */
  private boolean stopRequested() {
    if (deviceErrors.get() != null) {
      failRest();
      ending = Ending.DROP;
      return true;
    }
    long now = control;
    if ((now & (CANCELLED | TIMED_OUT)) != 0) {
      failRest();
      stopWalk(stopFailure(now), Ending.DROP);
      return true;
    }
    return false;
  }

  private IOException stopFailure(long flagsNow) {
    return (flagsNow & TIMED_OUT) != 0
        ? failure(Errno.ETIMEDOUT, "its " + timeoutNanos + " ns have passed")
        : failure(Errno.ECANCELED, "it was cancelled");
  }

  private void stopWalk(IOException failure, Ending how) {
    if (walkError == null) {
      walkError = failure;
    } else if (walkError != failure) {
      walkError.addSuppressed(failure);
    }
    ending = how;
    runLeft = 0;
    zeroLeft = 0;
  }

  /**
   * What is left of the current mapping will not be written: if it is new, its blocks stay
   * uninitialised (ZERO-3).
   */
  private void failRest() {
    if (zeroLeft > 0) {
      addFailed(zeroFileOffset, zeroFileOffset + zeroLeft);
      zeroLeft = 0;
    }
    if (runLeft > 0) {
      addFailed(cursor, runBlockEnd);
      runLeft = 0;
    }
  }

  private void addFailed(long from, long to) {
    synchronized (failed) {
      failed.add(from, to);
    }
  }

  private BlockIoException failure(Errno errno, String detail) {
    return new BlockIoException(
        errno, direction.word(), file().name(), position, end - position, detail);
  }

  private IOException asIo(Throwable failure, String what) {
    if (failure instanceof IOException io) {
      return io;
    }
    return new BlockIoException(
        Errno.EIO.number(),
        what,
        file().name(),
        position,
        end - position,
        "it threw " + failure,
        failure);
  }

  // =============================================== sending
  // ===============================================

  /** Sends the batch (BIO-7): bios of one device that follow each other go down together. */
  private void unplug() {
    int count = assembler.plugged();
    if (count == 0) {
      return;
    }
    BlockFile file = file();
    Bio[] bios = assembler.plug();
    references.take(count);
    sentAny = true;
    SubmitHook hook = file.submitHook();
    int from = 0;
    while (from < count) {
      BlockDevice device = bios[from].device();
      assert device != null;
      long bytes = 0;
      int to = from;
      while (to < count && bios[to].device() == device) {
        bytes += bios[to].length();
        bios[to].markInFlight();
        to++;
      }
      file.counters().add(direction, bytes, to - from);
      device.counters().add(direction, bytes, to - from);
      send(device, hook, bios, from, to);
      from = to;
    }
    assembler.unplugged();
  }

  private static void send(
      BlockDevice device, @Nullable SubmitHook hook, Bio[] bios, int from, int to) {
    int next = from;
    try {
      if (hook != null) {
        while (next < to) {
          hook.submit(bios[next++], device);
        }
      } else if (to - from == 1) {
        device.submit(bios[from]);
      } else {
        device.submit(bios, from, to);
      }
    } catch (RuntimeException | Error broken) {
      endAbandoned(device, bios, from, to, broken);
    }
  }

  /**
   * A device or hook that throws has broken its contract: the bios it did not complete would leave
   * their request waiting for ever.
   */
  private static void endAbandoned(
      BlockDevice device, Bio[] bios, int from, int to, Throwable broken) {
    for (int i = from; i < to; i++) {
      Bio bio = bios[i];
      if (!bio.isIdle()) {
        bio.complete(
            new BlockIoException(
                Errno.EIO.number(),
                "submit",
                device.name(),
                bio.deviceOffset(),
                bio.length(),
                "submit threw " + broken,
                broken));
      }
    }
  }

  /** Drops the bios that were not sent. */
  private void discardUnsent() {
    assembler.plugCurrent();
    Bio[] bios = assembler.plug();
    for (int i = 0; i < assembler.plugged(); i++) {
      Bio bio = bios[i];
      addFailed(bio.fileOffset(), bio.fileEnd());
      Bounce.end(bio, false);
      bio.discard();
    }
    assembler.unplugged();
  }

  /** A bio is done. Touches nothing after dropping its reference. */
  @Override
  public void bioDone(Bio bio, @Nullable IOException failure) {
    if (failure != null) {
      bioFailed(bio, failure);
    }
    if (bio.ownerData() != null) {
      endBounces(bio, failure == null);
    }
    bio.release();
    boolean wait = waits;
    Thread sleeper = waiter;
    switch (references.dropBio(resumeAt())) {
      case NOT_LAST -> {}
      case SUBMITTER_LEFT -> {
        if (wait) {
          LockSupport.unpark(sleeper);
        }
      }
      case RESUME -> {
        if (wait) {
          mayGoOn = true;
          LockSupport.unpark(sleeper);
        } else {
          goOnElsewhere();
        }
      }
      case LAST -> complete();
    }
  }

  private void bioFailed(Bio bio, IOException failure) {
    BlockDevice device = bio.device();
    file().counters().add(direction, -bio.length(), -1);
    if (device != null) {
      device.counters().add(direction, -bio.length(), -1);
    }
    addFailed(bio.fileOffset(), bio.fileEnd());
    deviceErrors.add(failure);
  }

  private void endBounces(Bio bio, boolean success) {
    try {
      Bounce.end(bio, success && !isWrite());
    } catch (RuntimeException fault) {
      deviceErrors.add(
          new BlockIoException(
              Errno.EFAULT.number(),
              direction.word(),
              file().name(),
              position,
              end - position,
              "the caller's memory was closed while the request was in flight",
              fault));
    }
  }

  private void waitUntilResumed(int resumeAt) {
    mayGoOn = false;
    if (references.suspendUnless(resumeAt)) {
      boolean interrupted = false;
      while (!mayGoOn) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void waitForBios() {
    if (references.count() > 1) {
      boolean interrupted = false;
      while (references.count() > 1) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // =============================================== the end
  // ===============================================

  /**
   * The walk is over: sends or drops what was assembled and lets go of the request. Exits: (1) the
   * submitter waits: the request is finished by it; (2) bios are in flight: whoever ends the last
   * completes the request; (3) none is: this thread does.
   */
  private void endWalk() {
    try {
      if (ending == Ending.DROP) {
        discardUnsent();
      } else {
        assembler.plugCurrent();
        unplug();
      }
    } catch (RuntimeException | Error failure) {
      deviceErrors.add(asIo(failure, "submit"));
    }
    if (holdsLock) {
      // ADM-11: every mapping is done
      holdsLock = false;
      file().lock().release();
    }
    if (waits) {
      waitForBios();
      references.dropSubmitter();
      if (handler != null) {
        finish();
        stage = Stage.REPORT;
        HandlerQueue.current().add(this);
      }
    } else if (references.dropSubmitter()) {
      complete();
    }
  }

  /**
   * The last reference is gone: completes here or, when it may have to wait, on the executor
   * (CMP-9).
   */
  private void complete() {
    if (sentAny && (deferred || dataSync)) {
      try {
        file().completions().require().execute(this);
        return;
      } catch (IOException | RejectedExecutionException failure) {
        file()
            .warnings()
            .warn(
                file().name(),
                "completing on the device's thread because the completion executor failed",
                failure);
      }
    }
    HandlerQueue.current().add(this);
  }

  /** From the handler queue: nobody else has the request any more. */
  @Override
  protected void runCompletion() {
    if (stage != Stage.REPORT) {
      finish();
    }
    report();
  }

  /** Everything that happens between the last bio and the handler, in the order of CMP-5. */
  private void finish() {
    BlockFile file = file();
    // 1. the result, and the memory
    settle();
    releaseMemory();
    // 2. end of I/O
    if (admitted) {
      tellEndOfIo(file);
    }
    // 3. cached pages over the written range
    if (isWrite() && sentAny && file.cache() != CacheHook.NONE) {
      invalidate(file);
    }
    // 4. the block map and the blocks are free for others; the size that the hook published is what
    // the next partial write must see
    if (holdsClaim) {
      releaseClaim(file);
    }
    boolean sync = dataSync && error == null && result > 0;
    if (!sync) {
      if (counted) {
        counted = false;
        file.leave();
      }
      return;
    }
    if (counted) {
      file.leaveMapped();
    }
    // 5. durability
    makeDurable(file);
    if (counted) {
      counted = false;
      file.leaveOpen();
    }
  }

  /** CMP-1: error of the walk; else of a device; else bytes; else the memory fault; else 0. */
  private void settle() {
    IOException device = deviceErrors.get();
    if (walkError != null) {
      error = walkError;
      if (device != null) {
        walkError.addSuppressed(device);
      }
      result = 0;
      return;
    }
    if (device != null) {
      error = timedOutInstead(device);
      result = 0;
      return;
    }
    long bytes = cursor - position;
    if (!isWrite()) {
      if (position >= sampledSize) {
        result = END_OF_FILE;
        return;
      }
      long inFile = sampledSize - position;
      if (bytes > inFile) {
        try {
          memory.zero(inFile, bytes);
        } catch (RuntimeException fault) {
          noteMemoryFault(asIo(fault, "zero memory"));
        }
        bytes = inFile;
      }
    }
    result = bytes;
    if (bytes == 0) {
      error = memoryFault;
    }
  }

  /**
   * A device that drops a bio because of a timeout says ECANCELED; the request's reason is the
   * timeout.
   */
  private IOException timedOutInstead(IOException device) {
    if ((control & TIMED_OUT) != 0
        && device instanceof BlockIoException block
        && block.is(Errno.ECANCELED)) {
      IOException timedOut = stopFailure(TIMED_OUT);
      timedOut.addSuppressed(device);
      return timedOut;
    }
    return device;
  }

  private void releaseMemory() {
    try {
      memory.release();
    } catch (RuntimeException failure) {
      file().warnings().warn(file().name(), "a segment source threw on release", failure);
    }
    ConfinedCopy copy = confinedCopy;
    if (copy != null) {
      confinedCopy = null;
      copy.free();
    }
  }

  private void tellEndOfIo(BlockFile file) {
    if (allocated.size() > 0 && failed.size() > 0) {
      uninitialised.intersection(allocated, failed, file.blockSize());
    }
    EndOfIoHook hook = file.endOfIo();
    try {
      hook.endOfIo(this);
    } catch (IOException | RuntimeException failure) {
      IOException told = asIo(failure, "end of I/O");
      IOException earlier = error;
      if (earlier == null) {
        error = told;
        result = 0;
      } else if (earlier != told) {
        earlier.addSuppressed(told);
      }
    }
  }

  private void invalidate(BlockFile file) {
    try {
      file.cache().invalidate(file, position, Math.max(cursor, position));
    } catch (IOException | RuntimeException failure) {
      file.warnings()
          .warn(
              file.name(),
              "cached pages over a written range may be stale: " + position + ".." + cursor,
              failure);
    }
  }

  private void releaseClaim(BlockFile file) {
    holdsClaim = false;
    file.exclusion().release(claim);
  }

  private void makeDurable(BlockFile file) {
    try {
      if (needsFlush) {
        file.syncNow(SyncScope.DATA);
      } else {
        file.throwStickyFailure();
      }
    } catch (IOException failure) {
      error = failure;
      result = 0;
    }
  }

  /** Hands the request back to its user, then tells the handler; nothing is touched after that. */
  private void report() {
    IoHandler told = handler;
    BlockFile file = file();
    long bytes = error == null ? result : 0;
    IOException failure = error;
    Future<?> timer = deadline;
    if (timer != null) {
      timer.cancel(false);
      deadline = null;
    }
    idle();
    assert told != null;
    try {
      told.completed(this, bytes, failure);
    } catch (Throwable thrown) {
      file.warnings().warn(file.name(), "a completion handler threw", thrown);
    }
  }

  private void idle() {
    handler = null;
    error = null;
    walkError = null;
    memoryFault = null;
    cookie = null;
    long now = control;
    CONTROL.setRelease(this, now >>> GENERATION_SHIFT << GENERATION_SHIFT);
  }

  // =============================================== cancelling
  // ===============================================

  @Override
  public boolean cancel(long generation) {
    return stop(generation, CANCELLED);
  }

  /** The timeout of that use has passed. */
  void expire(long generation) {
    stop(generation, TIMED_OUT);
  }

  private boolean stop(long generation, long why) {
    while (true) {
      long now = control;
      if (now >>> GENERATION_SHIFT != generation || (now & ACTIVE) == 0) {
        return false;
      }
      if ((now & why) != 0 || CONTROL.compareAndSet(this, now, now | why)) {
        break;
      }
    }
    for (Bio bio : assembler.all()) {
      if (bio == null) {
        continue;
      }
      long use = bio.generation();
      BlockDevice device = bio.device();
      // a bio read after this request was used again belongs to the next use
      if (control >>> GENERATION_SHIFT != generation) {
        break;
      }
      bio.requestCancel(use);
      if (device != null && !bio.isIdle()) {
        device.cancel(bio, use);
      }
    }
    return true;
  }

  // =============================================== what users and hooks see
  // ===============================================

  @Override
  public long tag() {
    return tag;
  }

  @Override
  public IoRequest tag(long value) {
    tag = value;
    return this;
  }

  @Override
  public IoRequest timeoutNanos(long nanos) {
    if (nanos < 0) {
      throw new IllegalArgumentException("timeout " + nanos + " ns must not be negative");
    }
    timeoutNanos = nanos;
    return this;
  }

  @Override
  public long generation() {
    return control >>> GENERATION_SHIFT;
  }

  @Override
  public boolean isInFlight() {
    return (control & ACTIVE) != 0;
  }

  @Override
  public BlockFile file() {
    BlockFile one = file;
    if (one == null) {
      throw new IllegalStateException("this request has not been submitted");
    }
    return one;
  }

  @Override
  public Direction direction() {
    return direction;
  }

  @Override
  public boolean isWrite() {
    return direction == Direction.WRITE;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public long bytes() {
    return error == null ? Math.max(0, result) : 0;
  }

  @Override
  public long sampledSize() {
    return sampledSize;
  }

  @Override
  public @Nullable Object cookie() {
    return cookie;
  }

  @Override
  public @Nullable IOException error() {
    return error;
  }

  @Override
  public int uninitialisedRanges() {
    return uninitialised.size();
  }

  @Override
  public long uninitialisedStart(int index) {
    return uninitialised.start(index);
  }

  @Override
  public long uninitialisedEnd(int index) {
    return uninitialised.end(index);
  }

  @Override
  public String toString() {
    return "request "
        + direction.word()
        + ' '
        + (file == null ? "?" : file().name())
        + " at "
        + position
        + " length "
        + (end - position)
        + " flags "
        + flags
        + " generation "
        + generation()
        + (isInFlight() ? " in flight, walked to " + cursor : "");
  }
}
