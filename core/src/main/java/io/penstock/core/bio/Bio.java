package io.penstock.core.bio;

import io.penstock.core.device.BlockDevice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One device operation: a direction, a place on a device, and the pieces of memory it moves, in
 * order. Offsets and lengths are bytes.
 *
 * <p>Bios are reused: an owner fills one with {@link #begin} and {@link #add}, hands it to a
 * device, and may fill it again once it is done. Between submission and {@link #complete()} it
 * belongs to the device. Not thread-safe but for the completion.
 */
public final class Bio {
  /** {@link #deadline()} of a bio that may take any time. */
  public static final long NEVER = 0;

  private static final MemorySegment[] NO_SEGMENTS = {};
  private static final VarHandle STATE;
  private static final VarHandle GENERATION;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(Bio.class, "state", int.class);
      GENERATION = lookup.findVarHandle(Bio.class, "generation", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final int IDLE = 0;
  private static final int FILLING = 1;
  private static final int IN_FLIGHT = 2;
  private static final int ENDING = 3;
  private static final int ABANDONING = 4;
  private static final int ABANDONED = 5;

  private final BioOwner owner;
  private volatile int state;
  private long generation;

  private Direction direction = Direction.READ;
  private @Nullable BlockDevice device;
  private long deviceOffset;
  private long fileOffset;
  private long length;
  private boolean synchronous;
  private boolean noWait;
  private boolean atomic;
  private boolean forcedUnitAccess;
  private long deadline;
  private volatile long cancelledGeneration = -1;

  private int pieces;
  private MemorySegment[] segments = NO_SEGMENTS;
  private long[] offsets = {};
  private long[] lengths = {};
  private boolean[] borrowed = {};

  private @Nullable Object deviceData;
  private long deviceTag;
  private @Nullable Object ownerData;
  private long ownerTime;
  private long begunTime;
  private @Nullable Object ownerTrace;

  /** A bio of {@code owner}, empty. */
  public Bio(BioOwner owner) {
    this.owner = owner;
  }

  // --- filling: the owner's side ---

  /** Starts to fill this bio anew. */
  public Bio begin(Direction direction, BlockDevice device, long deviceOffset, long fileOffset) {
    assert state == IDLE : this;
    if (this.direction != direction) {
      this.direction = direction;
    }
    if (this.device != device) {
      this.device = device;
    }
    this.deviceOffset = deviceOffset;
    this.fileOffset = fileOffset;
    length = 0;
    synchronous = false;
    noWait = false;
    atomic = false;
    forcedUnitAccess = false;
    deadline = NEVER;
    GENERATION.setRelease(this, generation + 1);
    STATE.setRelease(this, FILLING);
    return this;
  }

  /**
   * Starts to fill this bio as a copy of {@code other}: the same direction, places, flags, wish to
   * cancel and pieces, for {@code device}. The memory stays the other's; its bio must not be
   * completed before this one is. For a device that stands before another one and has to see the
   * end of a bio before its owner does.
   */
  public Bio beginCopy(Bio other, BlockDevice device) {
    begin(other.direction, device, other.deviceOffset, other.fileOffset);
    synchronous = other.synchronous;
    noWait = other.noWait;
    atomic = other.atomic;
    forcedUnitAccess = other.forcedUnitAccess;
    deadline = other.deadline;
    ownerTime(other.ownerTime);
    if (other.isCancelRequested()) {
      requestCancel(generation);
    }
    if (segments.length < other.pieces) {
      grow(other.pieces);
    }
    System.arraycopy(other.segments, 0, segments, 0, other.pieces);
    System.arraycopy(other.offsets, 0, offsets, 0, other.pieces);
    System.arraycopy(other.lengths, 0, lengths, 0, other.pieces);
    System.arraycopy(other.borrowed, 0, borrowed, 0, other.pieces);
    pieces = other.pieces;
    length = other.length;
    return this;
  }

  /** Marks that the submitter waits, so that the device may work in the calling thread. */
  public Bio synchronous(boolean value) {
    synchronous = value;
    return this;
  }

  /** Marks that the device completes the bio with EAGAIN rather than queue it. */
  public Bio noWait(boolean value) {
    noWait = value;
    return this;
  }

  /** Marks that the write must not be torn (BIO-9). */
  public Bio atomic(boolean value) {
    atomic = value;
    return this;
  }

  /** Marks that the write is durable when it completes (BIO-9). */
  public Bio forcedUnitAccess(boolean value) {
    forcedUnitAccess = value;
    return this;
  }

  /**
   * Sets when the device may give the bio up with ETIMEDOUT, in {@link System#nanoTime()}, or
   * {@link #NEVER}. A device that cannot, or too late, need not: its owner cancels the bio then.
   */
  public Bio deadline(long nanoTime) {
    deadline = nanoTime;
    return this;
  }

  /**
   * Adds a piece, or lets the last one grow when this continues it in the same segment (BIO-1).
   *
   * @param segment where the piece lies
   * @param offset bytes from the start of the segment
   * @param bytes length of the piece
   * @param borrowedMemory whether the segment's arena may be closed by others while the bio is in
   *     flight, so that only the segment itself, never its address, may be passed on (MEM-4)
   * @param maxPieceBytes bound on the length of one piece
   */
  @SuppressWarnings("MemorySegmentReferenceEquality") // only the same segment has the same lifetime
  public void add(
      MemorySegment segment, long offset, long bytes, boolean borrowedMemory, long maxPieceBytes) {
    assert state == FILLING : this;
    assert bytes > 0 && bytes <= maxPieceBytes : bytes;
    int last = pieces - 1;
    if (last >= 0
        && segments[last] == segment
        && offsets[last] + lengths[last] == offset
        && lengths[last] + bytes <= maxPieceBytes) {
      lengths[last] += bytes;
    } else {
      if (pieces == segments.length) {
        grow(Math.max(4, pieces * 2));
      }
      segments[pieces] = segment;
      offsets[pieces] = offset;
      lengths[pieces] = bytes;
      borrowed[pieces] = borrowedMemory;
      pieces++;
    }
    length += bytes;
  }

  private void grow(int capacity) {
    segments = Arrays.copyOf(segments, capacity);
    offsets = Arrays.copyOf(offsets, capacity);
    lengths = Arrays.copyOf(lengths, capacity);
    borrowed = Arrays.copyOf(borrowed, capacity);
  }

  /** Marks the bio as in flight; the next thing the owner does is to hand it to a device. */
  public void markInFlight() {
    assert state == FILLING && pieces > 0 : this;
    STATE.setRelease(this, IN_FLIGHT);
  }

  /** Takes back a filled bio that is not going to be sent. */
  public void discard() {
    assert state == FILLING : this;
    release();
  }

  /**
   * Asks that the use of this bio with the given generation be dropped if the device has not begun
   * it. Thread-safe.
   */
  public void requestCancel(long ofGeneration) {
    cancelledGeneration = ofGeneration;
  }

  /** Whether the owner may fill this bio: it is not being filled and not in flight. */
  public boolean isIdle() {
    return (int) STATE.getAcquire(this) == IDLE;
  }

  // --- completing: the device's side ---

  /** All bytes were transferred. The caller must not touch the bio or its memory afterwards. */
  public void complete() {
    complete(null);
  }

  /**
   * The bio is done. The caller must not touch the bio or its memory afterwards.
   *
   * @param error the device's error with its own number, or null when all bytes were transferred
   * @throws IllegalStateException when the bio is not in flight: it was completed twice
   */
  public void complete(@Nullable IOException error) {
    // in one step: of two threads that complete it at once one must be told
    if (STATE.compareAndSet(this, IN_FLIGHT, ENDING)) {
      owner.bioDone(this, error);
    } else {
      completeAbandoned();
    }
  }

  private void completeAbandoned() {
    while (!STATE.compareAndSet(this, ABANDONED, ENDING)) {
      if (STATE.compareAndSet(this, ABANDONING, ENDING)) {
        return; // its owner is about to see that, and takes it back
      }
      if (state != ABANDONED) {
        throw new IllegalStateException(
            "bio completed while not in flight, is it completed twice? " + this);
      }
    }
    owner.bioReturned(this);
  }

  // --- abandoning: the owner's side ---

  /**
   * Stops waiting for a bio that is in flight, because who was given it has broken its contract:
   * its {@code submit} threw, and nobody knows whether it has begun. Until it completes the bio, if
   * it ever does, it may touch the memory, which must stay what it is. The owner is not told of the
   * end any more; it must {@linkplain #setAside() set the bio aside} next.
   *
   * @return false when the bio is done, or another thread is about to complete it
   */
  public boolean abandon() {
    return STATE.compareAndSet(this, IN_FLIGHT, ABANDONING);
  }

  /** Leaves an abandoned bio to whoever has it, until {@link BioOwner#bioReturned}. */
  public void setAside() {
    if (!STATE.compareAndSet(this, ABANDONING, ABANDONED)) {
      owner.bioReturned(this);
    }
  }

  /**
   * Lets go of the memory and makes the bio idle, ready to be filled again by whoever finds it so.
   * Called by the owner from {@link BioOwner#bioDone} and {@link BioOwner#bioReturned}; nothing of
   * the bio may be read after it.
   */
  public void release() {
    Arrays.fill(segments, 0, pieces, null);
    pieces = 0;
    if (deviceData != null) {
      deviceData = null;
    }
    if (ownerData != null) {
      ownerData = null;
    }
    STATE.setRelease(this, IDLE);
  }

  // --- reading: anybody who has it ---

  /** Which way the bytes go. */
  public Direction direction() {
    return direction;
  }

  /** Whether memory goes to the device. */
  public boolean isWrite() {
    return direction == Direction.WRITE;
  }

  /** The device this was assembled for. */
  public @Nullable BlockDevice device() {
    return device;
  }

  /** Bytes from the start of the device. */
  public long deviceOffset() {
    return deviceOffset;
  }

  /** Bytes from the start of the device to the first byte after this bio. */
  public long deviceEnd() {
    return deviceOffset + length;
  }

  /** Bytes from the start of the file to this bio's first byte. */
  public long fileOffset() {
    return fileOffset;
  }

  /** Bytes from the start of the file to the first byte after this bio. */
  public long fileEnd() {
    return fileOffset + length;
  }

  /** Bytes in all. */
  public long length() {
    return length;
  }

  /** Whether the submitter waits for it, so that it may be carried out in the calling thread. */
  public boolean isSynchronous() {
    return synchronous;
  }

  /** Whether to complete with EAGAIN rather than to wait. */
  public boolean isNoWait() {
    return noWait;
  }

  /** Whether the write must not be torn. */
  public boolean isAtomic() {
    return atomic;
  }

  /** Whether the write must be durable when it completes. */
  public boolean isForcedUnitAccess() {
    return forcedUnitAccess;
  }

  /** The {@link #deadline()} that is so many nanoseconds from now; not {@link #NEVER}. */
  public static long deadlineIn(long nanos) {
    return System.nanoTime() + nanos | 1;
  }

  /** When the device may give it up, in {@link System#nanoTime()}, or {@link #NEVER}. */
  public long deadline() {
    return deadline;
  }

  /** Whether the owner has asked for it to be dropped; a device looks before it begins. */
  public boolean isCancelRequested() {
    return cancelledGeneration == generation;
  }

  /** Grows with every {@link #begin}: tells uses of one bio apart. */
  public long generation() {
    return (long) GENERATION.getAcquire(this);
  }

  /** Number of pieces. */
  public int pieces() {
    return pieces;
  }

  /** The segment piece {@code index} lies in. */
  public MemorySegment segment(int index) {
    assert index < pieces : index;
    return segments[index];
  }

  /** Bytes from the start of its segment to piece {@code index}. */
  public long pieceOffset(int index) {
    assert index < pieces : index;
    return offsets[index];
  }

  /** Length of piece {@code index}. */
  public long pieceLength(int index) {
    assert index < pieces : index;
    return lengths[index];
  }

  /**
   * Address of piece {@code index}; only for native memory that is not {@linkplain #isBorrowed(int)
   * borrowed}.
   */
  public long pieceAddress(int index) {
    return segments[index].address() + offsets[index];
  }

  /**
   * Whether the arena of piece {@code index} may be closed by others while the bio is in flight:
   * then only the segment itself may be passed to a native call, which holds the arena open; an
   * address would be written through after the memory is gone (MEM-4).
   */
  public boolean isBorrowed(int index) {
    assert index < pieces : index;
    return borrowed[index];
  }

  /** A field for the device while the bio is in flight. */
  public @Nullable Object deviceData() {
    return deviceData;
  }

  /** Sets {@link #deviceData()}. */
  public void deviceData(@Nullable Object value) {
    deviceData = value;
  }

  /** A number for the device while the bio is in flight. */
  public long deviceTag() {
    return deviceTag;
  }

  /** Sets {@link #deviceTag()}. */
  public void deviceTag(long value) {
    deviceTag = value;
  }

  /** A field for the owner. */
  public @Nullable Object ownerData() {
    return ownerData;
  }

  /** Sets {@link #ownerData()}. */
  public void ownerData(@Nullable Object value) {
    ownerData = value;
  }

  /**
   * When the owner has handed it over, in {@link System#nanoTime()}, if it measures; else 0. Kept
   * until it sets another.
   */
  public long ownerTime() {
    return ownerTime;
  }

  /** Sets {@link #ownerTime()}, and takes {@link #begunTime()} back. */
  public void ownerTime(long value) {
    ownerTime = value;
    begunTime = 0;
  }

  /**
   * Tells the owner, if it measures, that the device begins the transfer now: until now it has
   * waited for its turn. Only the first time counts. The device's side, before it completes it.
   */
  public void begun() {
    if (ownerTime != 0 && begunTime == 0) {
      begunTime = System.nanoTime() | 1;
    }
  }

  /** As {@link #begun}, at the time when {@code copy} was, if it was. */
  public void begunAs(Bio copy) {
    if (ownerTime != 0 && begunTime == 0) {
      begunTime = copy.begunTime;
    }
  }

  /** When it was {@linkplain #begun begun}, in {@link System#nanoTime()}; 0 if nobody has told. */
  public long begunTime() {
    return begunTime;
  }

  /** An object for the owner, kept from use to use. */
  public @Nullable Object ownerTrace() {
    return ownerTrace;
  }

  /** Sets {@link #ownerTrace()}. */
  public void ownerTrace(Object value) {
    ownerTrace = value;
  }

  @Override
  public String toString() {
    BlockDevice where = device;
    return "bio "
        + direction.word()
        + ' '
        + (where == null ? "?" : where.name())
        + '+'
        + deviceOffset
        + " length "
        + length
        + " pieces "
        + pieces
        + " file+"
        + fileOffset;
  }
}
