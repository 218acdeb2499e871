package io.penstock.core.walk;

import io.penstock.core.bio.Direction;
import io.penstock.core.bio.ZeroBuffer;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockClaim;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.Waiter;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Walks a request from mapping to mapping and turns each into pieces: data, and zeros around it.
 * Nothing is materialised: a piece goes to the {@link BioSender} as it is found. The walk can be
 * suspended at any piece and go on on another thread; all its state is here.
 *
 * <p>F=4096, L=512, a write of 1536..10240 into new blocks: zeros 0..1536 (ZERO-1), data
 * 1536..10240, zeros 10240..12288 (ZERO-2); if the blocks are contiguous, all in one bio.
 */
final class Walker {
  private final Terms terms;
  private final Preparation preparation;
  private final Faults faults;
  private final StopControl control;
  private final BioSender sender;
  private final RequestTimeline timeline;
  private final MemoryCursor memory = new MemoryCursor();
  private final MapQuery query = new MapQuery();
  private final Mapping mapping = new Mapping();

  /** Whether the walk is over, but for zeros that are left. */
  private boolean over;

  /**
   * Whether what was not sent yet is dropped: an error was seen on the way, or the request must
   * change nothing.
   */
  private boolean drops;

  private long cursor;
  private long walkEnd;
  private boolean started;
  private boolean gapDone;
  private boolean firstMapping;
  private boolean deferred;
  private @Nullable Object cookie;

  /**
   * What is left of the current mapping: bytes of the request, and where they are on the device.
   */
  private long runLeft;

  private long runOffset;

  /** Where the current mapping's last block ends in the file. */
  private long runBlockEnd;

  /** Zeros to be written before anything else. */
  private long zeroLeft;

  private long zeroOffset;
  private long zeroFileOffset;
  private @Nullable BlockDevice zeroDevice;

  Walker(
      Terms terms,
      Preparation preparation,
      Faults faults,
      StopControl control,
      BioSender sender,
      RequestTimeline timeline) {
    this.terms = terms;
    this.preparation = preparation;
    this.faults = faults;
    this.control = control;
    this.sender = sender;
    this.timeline = timeline;
  }

  /** Begins a request whose terms are set and whose memory is started. */
  void begin() {
    over = false;
    drops = false;
    cursor = terms.position();
    walkEnd = cursor;
    started = false;
    gapDone = false;
    firstMapping = true;
    deferred = false;
    runLeft = 0;
    zeroLeft = 0;
  }

  /** The memory of the request. */
  MemoryCursor memory() {
    return memory;
  }

  /** How far the walk has come: position of the file, bytes. */
  long cursor() {
    return cursor;
  }

  /** The cookie of the last mapping that gave one (MAP-7). */
  @Nullable Object cookie() {
    return cookie;
  }

  /** Whether a mapping was marked to be completed on the executor (MAP-8). */
  boolean isDeferred() {
    return deferred;
  }

  /** Whether what was not sent is to be dropped. */
  boolean dropsUnsent() {
    return drops;
  }

  /** Lets go of the file's user data. */
  void end() {
    if (cookie != null) {
      cookie = null;
    }
  }

  /** The walk is over, and nothing more is sent. */
  private void drop() {
    over = true;
    drops = true;
  }

  /** Ends the walk with an error that forbids to send more. */
  void fail(IOException failure) {
    failRest();
    faults.addWalkError(failure);
    drop();
  }

  /**
   * Walks as far as possible.
   *
   * @param self is told when the walk can go on that had to wait for another write
   * @return false when the walk is suspended: another thread may be here already
   */
  boolean advance(Waiter self) throws IOException {
    if (!started) {
      started = true;
      start(terms.file());
    } else {
      timeline.enter(RequestTimeline.Phase.ASSEMBLY);
    }
    while (!over || zeroLeft > 0) {
      if (!step(self)) {
        return false;
      }
    }
    return true;
  }

  private boolean step(Waiter self) throws IOException {
    if (zeroLeft > 0) {
      return placeZeros();
    }
    if (runLeft > 0) {
      return readsAsZeros() ? fillHole() : placeData();
    }
    if (!gapDone) {
      mapGap();
    } else if (cursor == walkEnd) {
      endAtCursor();
    } else {
      nextMapping();
      return !mayBeZeroedByAnother() || claimLate(self);
    }
    return true;
  }

  // --- where it ends ---

  private void start(BlockFile file) throws IOException {
    long size = preparation.sampledSize();
    long end = terms.end();
    if (terms.isWrite()) {
      if (end > size) {
        startExtending(file);
      }
      if (preparation.dropCache()) {
        walkEnd = end;
      } else {
        // ADM-14: all of it goes the buffered way
        over = true;
      }
    } else if (terms.position() < size) {
      long unit = terms.unit();
      walkEnd = size > Long.MAX_VALUE - unit ? end : Math.min(end, size + unit - 1 & -unit);
    }
  }

  private void startExtending(BlockFile file) throws IOException {
    if (terms.isOverwriteOnly()) {
      throw terms.failure(Errno.EAGAIN, "an overwrite-only request would extend the file");
    }
    if (!file.traits().publishesSize() && !terms.waits()) {
      // ADM-8: only the return of the submission tells that the size may be published
      if (!terms.mayBlockBeforeWalk()) {
        throw terms.failure(
            Errno.EAGAIN,
            "the file shrank before the write began, which now would extend it, and its layout does"
                + " not publish the size; submit it again");
      }
      terms.waitHere();
    }
  }

  // --- mapping ---

  /** ZERO-8: the rest of the block the file ends in, when this write leaves a gap after it. */
  private void mapGap() throws IOException {
    gapDone = true;
    long block = preparation.gap();
    if (block == BlockClaim.NONE) {
      return;
    }
    BlockFile file = terms.file();
    if (!ask(file, block, 1, MapIntent.LOOK_UP) || (mapping.isDefer() && !readyToDefer(file))) {
      return;
    }
    if (mapping.kind() != MappingKind.MAPPED) {
      return;
    }
    BlockDevice device = mappedDevice(file);
    long blockStart = block << file.blockShift();
    long blockEnd = blockStart + file.blockSize();
    long from = roundUp(preparation.sampledSize(), device.limits().logicalBlock());
    if (from < blockEnd) {
      refuseIfSingle("the block the file ends in has to be zeroed too");
      file.noteDevice(device);
      setZeros(device, mapping.deviceOffset() + (from - blockStart), from, blockEnd - from);
    }
  }

  /** Asks for the next run and gets ready to consume it whole (MAP-1, MAP-3). */
  private void nextMapping() throws IOException {
    if (sender.isStopped()) {
      stop();
      return;
    }
    BlockFile file = terms.file();
    int shift = file.blockShift();
    long block = cursor >> shift;
    long blockStart = block << shift;
    long blocks = (terms.end() - 1 >> shift) - block + 1;
    if (!ask(file, block, blocks, intent(file, blockStart))) {
      return;
    }
    long length = mapping.blocks() << shift;
    runBlockEnd = length > Long.MAX_VALUE - blockStart ? Long.MAX_VALUE : blockStart + length;
    runLeft = Math.min(runBlockEnd, walkEnd) - cursor;
    runOffset = mapping.deviceOffset() + (cursor - blockStart);
    if (mapping.kind() == MappingKind.NEW) {
      faults.addAllocated(blockStart, runBlockEnd);
    }
    if (runLeft < walkEnd - cursor) {
      refuseIfSingle("more than one mapping is needed");
    }
    if (mapping.isDefer() && !readyToDefer(file)) {
      return;
    }
    if (terms.isWrite()) {
      startWriting(file, blockStart);
    }
    firstMapping = false;
  }

  /**
   * Whether the run just mapped may belong to another write that has allocated it and zeroes it if
   * it loses its memory (MEM-1). Where blocks can be written in part every write has a claim.
   */
  private boolean mayBeZeroedByAnother() {
    return runLeft > 0
        && mapping.kind() == MappingKind.UNWRITTEN
        && terms.isWrite()
        && !preparation.holdsClaim()
        && !terms.file().exclusion().isIdle();
  }

  /**
   * As {@link Preparation#claimLate}: the walk waits here for what else is waited for before it.
   */
  private boolean claimLate(Waiter self) throws IOException {
    timeline.enter(RequestTimeline.Phase.ADMISSION);
    if (!preparation.claimLate(self)) {
      return false;
    }
    timeline.enter(RequestTimeline.Phase.ASSEMBLY);
    return true;
  }

  private MapIntent intent(BlockFile file, long blockStart) {
    if (!terms.isWrite() || terms.isOverwriteOnly()) {
      return MapIntent.LOOK_UP;
    }
    boolean inside = blockStart < preparation.sampledSize();
    return inside && !file.traits().fillsHoles() ? MapIntent.LOOK_UP : MapIntent.ALLOCATE;
  }

  /**
   * One question to the mapper.
   *
   * @return false when the walk has ended instead: the mapper failed or its answer cannot be (what
   *     was assembled is still sent, MAP-9)
   */
  private boolean ask(BlockFile file, long block, long blocks, MapIntent intent)
      throws IOException {
    query.set(block, blocks, intent, terms.isNoWait(), preparation.sampledSize());
    mapping.clear();
    try {
      if (timeline.isRunning()) {
        mapMeasured(file);
      } else {
        file.mapper().map(query, mapping);
      }
      // asked again in its own words: the mapper had the question in its hands
      query.set(block, blocks, intent, terms.isNoWait(), preparation.sampledSize());
      MappingCheck.check(file, query, mapping, terms.unit());
    } catch (IOException failure) {
      endWith(failure);
      return false;
    } catch (RuntimeException | Error failure) {
      endWith(
          new BlockIoException(
              Errno.EIO.number(),
              "map",
              file.mapper().name(),
              block << file.blockShift(),
              blocks << file.blockShift(),
              "the mapper of " + file.name() + " threw " + failure,
              failure));
      return false;
    }
    if (mapping.kind() == MappingKind.WOULD_BLOCK) {
      throw terms.failure(Errno.EAGAIN, "the mapper would have to wait");
    }
    Object given = mapping.cookie();
    if (given != null) {
      cookie = given;
    }
    return true;
  }

  private void mapMeasured(BlockFile file) throws IOException {
    Throwable thrown = null;
    timeline.startMapping();
    try {
      file.mapper().map(query, mapping);
    } catch (IOException | RuntimeException | Error failure) {
      thrown = failure;
      throw failure;
    } finally {
      timeline.endMapping(file, query, mapping, thrown);
    }
  }

  private void endWith(IOException failure) {
    failRest();
    faults.addWalkError(failure);
    over = true;
  }

  /** ADM-13: the executor exists before anything of the mapping is sent. */
  private boolean readyToDefer(BlockFile file) {
    deferred = true;
    if (!terms.waits()) {
      try {
        file.completions().require();
      } catch (IOException failure) {
        endWith(failure);
        return false;
      }
    }
    return true;
  }

  /**
   * What a run that is going to be written asks for before its data: nothing, zeros ahead of it, or
   * an end to the walk.
   */
  private void startWriting(BlockFile file, long blockStart) throws IOException {
    MappingKind kind = mapping.kind();
    if (kind != MappingKind.MAPPED && terms.isOverwriteOnly()) {
      throw terms.failure(Errno.EAGAIN, "an overwrite-only request met blocks that hold no data");
    }
    if (kind == MappingKind.HOLE) {
      endAtHole();
      return;
    }
    BlockDevice device = mappedDevice(file);
    file.noteDevice(device);
    if (kind == MappingKind.NEW) {
      try {
        device.dropCachedAliases(mapping.deviceOffset(), runBlockEnd - blockStart);
      } catch (IOException | RuntimeException | Error failure) {
        endWith(terms.asIo(failure, "drop cached aliases"));
        return;
      }
    }
    if (firstMapping && cursor > blockStart) {
      // ZERO-1; in a block that holds data only what is behind the old end of file, ZERO-8
      long from =
          kind == MappingKind.MAPPED
              ? Math.max(
                  blockStart, roundUp(preparation.sampledSize(), device.limits().logicalBlock()))
              : blockStart;
      if (from < cursor) {
        refuseZerosIfAtomic();
        setZeros(device, mapping.deviceOffset() + (from - blockStart), from, cursor - from);
      }
    }
  }

  /** WALK-4: the layout does not allocate here; the rest goes the buffered way. */
  private void endAtHole() throws IOException {
    if (terms.isAtomic()) {
      throw terms.failure(Errno.EINVAL, "an atomic write met a hole");
    }
    runLeft = 0;
    over = true;
  }

  private BlockDevice mappedDevice(BlockFile file) {
    BlockDevice device = mapping.device();
    return device == null ? file.device() : device;
  }

  private void refuseIfSingle(String why) throws IOException {
    if (terms.isSingleBio()) {
      throw terms.failure(terms.isAtomic() ? Errno.EINVAL : Errno.EAGAIN, why);
    }
  }

  private void refuseZerosIfAtomic() throws IOException {
    if (terms.isAtomic()) {
      throw terms.failure(
          Errno.EINVAL, "an atomic write would have to zero the rest of a block too");
    }
  }

  /** The largest number where there is no multiple that large. */
  private static long roundUp(long value, int powerOfTwo) {
    return value > Long.MAX_VALUE - powerOfTwo + 1
        ? Long.MAX_VALUE
        : value + powerOfTwo - 1 & -(long) powerOfTwo;
  }

  // --- pieces ---

  private boolean readsAsZeros() {
    return terms.direction() == Direction.READ && mapping.kind() != MappingKind.MAPPED;
  }

  /** Fills memory for a hole or an unwritten run that is read (WALK-3). */
  private boolean fillHole() {
    while (runLeft > 0) {
      try {
        memory.require();
        long filled = memory.fillZeros(runLeft);
        cursor += filled;
        runLeft -= filled;
      } catch (MemoryFault fault) {
        faults.addMemoryFault(fault.reason());
        runLeft = 0;
        over = true;
      }
    }
    return true;
  }

  /** Puts the memory at the cursor into a bio. Returns false when the walk is suspended. */
  private boolean placeData() throws IOException {
    BlockFile file = terms.file();
    BlockDevice device = mappedDevice(file);
    boolean overwrite = terms.isDataSync() && isDurablyMapped(file);
    long taken;
    try {
      memory.require();
      long bytes = Math.min(runLeft, memory.left());
      if (memory.isDirect(device.limits(), terms.waits(), file.submitHook() != null)) {
        taken =
            sender.place(
                device,
                runOffset,
                cursor,
                memory.segment(),
                memory.offset(),
                bytes,
                memory.isBorrowed(),
                overwrite);
      } else {
        taken =
            sender.placeBounced(
                device, runOffset, cursor, memory.segment(), memory.offset(), bytes, overwrite);
      }
    } catch (MemoryFault fault) {
      endAtFault(fault.reason());
      return true;
    }
    if (taken <= 0) {
      return notTaken(taken);
    }
    memory.advance(taken);
    cursor += taken;
    runOffset += taken;
    runLeft -= taken;
    if (runLeft == 0 && mapping.isBoundary() && cursor < walkEnd) {
      // BIO-4: the mapping's last block is in it
      sender.flush();
    }
    return true;
  }

  /**
   * Whether the run would be read back as data after a crash, once its data is durable: it is data
   * already, and neither that nor the size that covers the request waits for a sync (BIO-9).
   */
  private boolean isDurablyMapped(BlockFile file) {
    if (mapping.kind() != MappingKind.MAPPED || terms.end() > preparation.sampledSize()) {
      return false;
    }
    return file.traits().laidOutByDevice()
        || (!mapping.isDirty() && terms.end() <= file.durableSize());
  }

  private boolean placeZeros() throws IOException {
    BlockDevice device = zeroDevice;
    assert device != null;
    long bytes = Math.min(zeroLeft, ZeroBuffer.SIZE);
    long taken =
        sender.place(
            device, zeroOffset, zeroFileOffset, ZeroBuffer.segment(), 0, bytes, false, false);
    if (taken <= 0) {
      return notTaken(taken);
    }
    zeroLeft -= taken;
    zeroOffset += taken;
    zeroFileOffset += taken;
    return true;
  }

  /** A suspended walk may already be another thread's: nothing of it is touched. */
  private boolean notTaken(long how) {
    if (how == BioSender.SUSPENDED) {
      return false;
    }
    stop();
    return true;
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
  private void endAtCursor() throws IOException {
    BlockFile file = terms.file();
    long inside = cursor & (file.blockSize() - 1);
    boolean holdsData = mapping.kind() == MappingKind.MAPPED && cursor <= preparation.sampledSize();
    if (terms.isWrite() && inside != 0 && cursor != terms.position() && !holdsData) {
      refuseZerosIfAtomic();
      setZeros(mappedDevice(file), runOffset, cursor, file.blockSize() - inside);
    }
    over = true;
  }

  /**
   * MEM-1: where new blocks would have got data they get zeros; blocks that hold data, or read as
   * zeros, stay what they are.
   */
  private void endAtFault(IOException fault) throws IOException {
    if (terms.isAtomic()) {
      // BIO-9: whole or not at all; what was placed is dropped and must not count as written
      faults.addWalkError(fault);
      failRest();
      drop();
      return;
    }
    faults.addMemoryFault(fault);
    runLeft = 0;
    if (terms.isWrite() && mapping.kind() == MappingKind.NEW) {
      setZeros(mappedDevice(terms.file()), runOffset, cursor, runBlockEnd - cursor);
      over = true;
    } else {
      endAtCursor();
    }
  }

  // --- stopping ---

  /** A device error, a cancel or a timeout was seen on the way (BIO-6, CMP-11). */
  private void stop() {
    failRest();
    drop();
    if (faults.deviceError() == null) {
      faults.addWalkError(
          control.isTimedOut()
              ? terms.failure(Errno.ETIMEDOUT, "its time has passed")
              : terms.failure(Errno.ECANCELED, "it was cancelled"));
    }
  }

  /**
   * What is left of the current mapping will not be written: if it is new, its blocks stay
   * uninitialised (ZERO-3).
   */
  private void failRest() {
    if (zeroLeft > 0) {
      faults.addFailed(zeroFileOffset, zeroFileOffset + zeroLeft);
      zeroLeft = 0;
    }
    if (runLeft > 0) {
      faults.addFailed(cursor, runBlockEnd);
      runLeft = 0;
    }
  }
}
