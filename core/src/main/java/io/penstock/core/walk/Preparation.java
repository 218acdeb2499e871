package io.penstock.core.walk;

import io.penstock.core.completion.Threading;
import io.penstock.core.error.ClosedFileException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockClaim;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.BounceRoom;
import io.penstock.core.file.CacheHook;
import io.penstock.core.file.Waiter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a request needs before its first mapping, in this order: the lock (ADM-11), the in-flight
 * count (ADM-10), room to copy its memory (MEM-4), the blocks it touches in part (ZERO-6); then the
 * file's size is sampled, once (ADM-1). An asynchronous request that has to wait for one of them
 * gives its thread back and goes on where it stopped when it is told. A write may come back for its
 * blocks later, when it meets some that another has allocated ({@link #claimLate}).
 */
final class Preparation {
  /**
   * Where preparation goes on after a wait. A request that waits for nothing stays at the first.
   */
  private enum Stage {
    BEGIN,
    LOCKED,
    ENTER,
    ROOM,
    CLAIM,
    CLAIMED,
    /** Everything was there, but the walk has to wait for the claim before it goes on. */
    CLAIMED_LATE
  }

  private final Terms terms;
  private final BlockClaim claim = new BlockClaim();
  private Stage stage = Stage.BEGIN;
  private boolean done;
  private boolean inRoom;
  private boolean holdsLock;
  private boolean counted;
  private boolean holdsClaim;
  private boolean extending;
  private boolean admitted;
  private long sampledSize;

  /** Why what a failed write has left behind the end of file could not be cleared for this one. */
  private @Nullable IOException tailFailure;

  Preparation(Terms terms) {
    this.terms = terms;
  }

  void begin() {
    assert !inRoom && !holdsLock && !counted && !holdsClaim;
    if (stage != Stage.BEGIN) {
      stage = Stage.BEGIN;
    }
    done = false;
    admitted = false;
    if (tailFailure != null) {
      tailFailure = null;
    }
  }

  /** Whether everything is there. */
  boolean isDone() {
    return done;
  }

  /** What this waited for is granted: it holds it from now on, also if it never goes on. */
  void granted() {
    holdsLock |= stage == Stage.LOCKED;
    inRoom |= stage == Stage.ROOM;
    holdsClaim |= stage == Stage.CLAIMED || stage == Stage.CLAIMED_LATE;
  }

  /**
   * Goes on as far as possible.
   *
   * @param self is told when it can go on; from then on another thread may be here
   * @return false when it waits
   */
  boolean advance(Waiter self) throws IOException {
    BlockFile file = terms.file();
    if (stage == Stage.CLAIMED_LATE) {
      assert holdsClaim;
      done = true;
      return true;
    }
    if (stage == Stage.BEGIN) {
      if (leavesGap(file) && !cleanTail(file, self)) {
        return false;
      }
      if (needsLock(file) && !takeLock(file, self)) {
        return false;
      }
    }
    if (stage == Stage.LOCKED) {
      holdsLock = true;
      writeBackBeforeRead(file);
      stage = Stage.ENTER;
    }
    if (stage != Stage.ROOM && stage != Stage.CLAIMED && !enter(file, self)) {
      return false;
    }
    if (terms.copied() > 0 && !inRoom && !enterRoom(file, self)) {
      return false;
    }
    if (terms.needsClaim()) {
      do {
        if (stage != Stage.CLAIMED && !takeClaim(file, self)) {
          return false;
        }
      } while (!sampleClaimedSize(file));
    } else {
      sampledSize = file.size();
    }
    done = true;
    return true;
  }

  /** Whether the write would show what a failed one has left behind the end of file (ZERO-8). */
  private boolean leavesGap(BlockFile file) {
    return terms.isWrite() && terms.position() > file.size() && file.hasUncleanTail();
  }

  /** Clears it before the request counts as in flight: nobody else may use the block map then. */
  private boolean cleanTail(BlockFile file, Waiter self) throws IOException {
    IOException failure = tailFailure;
    tailFailure = null;
    if (failure != null) {
      throw failure;
    }
    require(!terms.isNoWait(), "what a failed write has left has to be cleared first");
    if (terms.waits()) {
      Truncation.cleanTail(file);
      return true;
    }
    Threading.current().start("penstock-tail", () -> cleanTailFor(file, self));
    return false;
  }

  private void cleanTailFor(BlockFile file, Waiter self) {
    try {
      Truncation.cleanTail(file);
    } catch (IOException | RuntimeException | Error failure) {
      tailFailure = terms.asIo(failure, "clear the rest of the last block");
    }
    self.granted();
  }

  private boolean needsLock(BlockFile file) {
    return !terms.isWrite() && file.traits().locking();
  }

  private boolean takeLock(BlockFile file, Waiter self) throws IOException {
    stage = Stage.LOCKED;
    if (terms.isNoWait()) {
      require(file.lock().tryAcquire(), "the file's lock is held");
    } else if (terms.mayBlockBeforeWalk()) {
      file.lock().acquire();
    } else {
      return file.lock().acquire(self);
    }
    return true;
  }

  private void writeBackBeforeRead(BlockFile file) throws IOException {
    CacheHook cache = file.cache();
    if (cache != CacheHook.NONE) {
      requireClean(file, cache);
      cache.writeBack(file, terms.position(), terms.end());
    }
  }

  private boolean enter(BlockFile file, Waiter self) throws IOException {
    if (file.traits().ownInFlightScheme()) {
      if (file.isClosed()) {
        throw new ClosedFileException(file.name());
      }
    } else {
      if (terms.isNoWait()) {
        require(file.enter(null), "the file is frozen");
      } else if (terms.mayBlockBeforeWalk()) {
        file.enter();
      } else if (!file.enter(self)) {
        return false;
      }
      counted = true;
    }
    admitted = true;
    return true;
  }

  /** After the count, so that close waits for it too; who is in it waits for claims at most. */
  private boolean enterRoom(BlockFile file, Waiter self) throws IOException {
    BounceRoom room = file.bounceRoom();
    assert room != null && !terms.waits();
    stage = Stage.ROOM;
    if (terms.isNoWait()) {
      require(room.tryEnter(terms.copied()), "others copy as much memory as may be at a time");
    } else if (!room.enter(terms.copied(), self)) {
      return false;
    }
    inRoom = true;
    return true;
  }

  private boolean takeClaim(BlockFile file, Waiter self) throws IOException {
    stage = Stage.CLAIMED;
    fillClaim(file, file.size());
    return acquireClaim(file, self, terms.mayBlockBeforeWalk());
  }

  private boolean acquireClaim(BlockFile file, Waiter self, boolean mayBlock) throws IOException {
    if (terms.isNoWait()) {
      require(file.exclusion().tryAcquire(claim), "another write has claimed a block of this one");
    } else if (mayBlock) {
      file.exclusion().acquire(claim);
    } else {
      return file.exclusion().acquire(claim, self);
    }
    return true;
  }

  /**
   * A write that has claimed nothing has met unwritten blocks: they may be another's that has
   * allocated them and may yet zero them (MEM-1), so whoever has claimed them is waited for. That
   * one never waits for this one, which has claimed nothing so far.
   *
   * @param self is told when the walk can go on; from then on another thread may be here
   * @return false when it waits
   */
  boolean claimLate(Waiter self) throws IOException {
    BlockFile file = terms.file();
    fillClaim(file, sampledSize);
    stage = Stage.CLAIMED_LATE;
    done = false;
    if (!acquireClaim(file, self, terms.waits())) {
      return false;
    }
    holdsClaim = true;
    done = true;
    return true;
  }

  /** Whether the blocks of the request are claimed. */
  boolean holdsClaim() {
    return holdsClaim;
  }

  /**
   * The claim holds only for the size it was made for: when the file has grown into another block
   * meanwhile, it has to be made anew.
   *
   * @return whether it holds
   */
  private boolean sampleClaimedSize(BlockFile file) {
    holdsClaim = true;
    sampledSize = file.size();
    if (gapBlock(file, sampledSize) != claim.gap()) {
      releaseClaim();
      stage = Stage.CLAIM;
      return false;
    }
    if (terms.end() > sampledSize && file.state().isShared()) {
      extending = true;
      file.state().beginExtending();
    }
    return true;
  }

  private void fillClaim(BlockFile file, long size) {
    int shift = file.claimShift();
    int mask = (1 << shift) - 1;
    long position = terms.position();
    long end = terms.end();
    claim.set(
        position >> shift,
        end - 1 >> shift,
        gapBlock(file, size),
        (position & mask) != 0,
        (end & mask) != 0);
    if (terms.claimsAlone()) {
      claim.alone();
    }
  }

  /**
   * The block the file ends in, if this write leaves a gap after it and does not begin in it
   * (ZERO-8).
   */
  private long gapBlock(BlockFile file, long size) {
    boolean inside = terms.canBePartial() && (size & (file.blockSize() - 1)) != 0;
    long block = size >> file.blockShift();
    boolean before = size < terms.position() && block < terms.position() >> file.blockShift();
    return inside && before ? block : BlockClaim.NONE;
  }

  /**
   * Writes back and drops what a cache has of the range, before a write (ADM-14).
   *
   * @return false when the copy cannot be dropped and the write has to go the buffered way
   */
  boolean dropCache() throws IOException {
    BlockFile file = terms.file();
    CacheHook cache = file.cache();
    if (cache == CacheHook.NONE) {
      return true;
    }
    requireClean(file, cache);
    boolean dropped = cache.writeBackAndDrop(file, terms.position(), terms.end());
    require(dropped || !terms.isAtomic(), "the cached copy of the range cannot be dropped");
    return dropped;
  }

  private void requireClean(BlockFile file, CacheHook cache) throws IOException {
    boolean waits = terms.isNoWait() && cache.hasDirty(file, terms.position(), terms.end());
    require(!waits, "cached bytes have to be written back first");
  }

  private void require(boolean done, String why) throws IOException {
    if (!done) {
      throw terms.failure(Errno.EAGAIN, why);
    }
  }

  /** The size of the file for this request, bytes. */
  long sampledSize() {
    return sampledSize;
  }

  /** The block that {@link #gapBlock} found, or {@link BlockClaim#NONE}. */
  long gap() {
    return holdsClaim ? claim.gap() : BlockClaim.NONE;
  }

  /** Whether the request was admitted: its end has to be told to the end-of-I/O hook. */
  boolean isAdmitted() {
    return admitted;
  }

  /** Every mapping is done (ADM-11). */
  void releaseLock() {
    if (holdsLock) {
      holdsLock = false;
      terms.file().lock().release();
    }
  }

  /** Nothing is copied any more. */
  void leaveRoom() {
    if (inRoom) {
      inRoom = false;
      BounceRoom room = terms.file().bounceRoom();
      assert room != null;
      room.leave(terms.copied());
    }
  }

  void releaseClaim() {
    if (extending) {
      extending = false;
      terms.file().state().endExtending();
    }
    if (holdsClaim) {
      holdsClaim = false;
      terms.file().exclusion().release(claim);
    }
  }

  /** The end-of-I/O hook has returned; the request stays counted for close. */
  void leaveMapped() {
    if (counted) {
      terms.file().leaveMapped();
    }
  }

  /** The request is durable; after {@link #leaveMapped()}. */
  void leaveOpen() {
    if (counted) {
      counted = false;
      terms.file().leaveOpen();
    }
  }

  /** Both at once. */
  void leave() {
    if (counted) {
      counted = false;
      terms.file().leave();
    }
  }
}
