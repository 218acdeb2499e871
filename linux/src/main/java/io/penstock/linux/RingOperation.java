package io.penstock.linux;

import io.penstock.core.bio.Bio;
import io.penstock.linux.abi.IoVec;
import org.jspecify.annotations.Nullable;

/**
 * A bio that is in a ring. Reused; for the loop's own thread. The number by which the kernel tells
 * of it has the place in the loop's table in its lower half and the use of that place in its upper
 * one, so that a late cancel hits no later use.
 */
final class RingOperation {
  private final int place;
  private int use;
  private @Nullable UringDevice device;
  private @Nullable Bio bio;
  private long generation;
  private boolean cancelled;
  private boolean timed;
  private @Nullable IoVec vector;

  RingOperation(int place) {
    this.place = place;
  }

  void begin(UringDevice ofDevice, Bio ofBio) {
    assert bio == null;
    device = ofDevice;
    bio = ofBio;
    generation = ofBio.generation();
    cancelled = false;
    timed = false;
    use = (use + 1) & Integer.MAX_VALUE;
  }

  /** What the kernel is given to tell of it; not negative. */
  long userData() {
    return (long) use << 32 | place;
  }

  static int placeOf(long userData) {
    return (int) userData;
  }

  UringDevice device() {
    UringDevice of = device;
    assert of != null;
    return of;
  }

  Bio bio() {
    Bio of = bio;
    assert of != null;
    return of;
  }

  boolean isOf(Bio other, long ofGeneration) {
    return bio == other && generation == ofGeneration;
  }

  /** Whether nobody has tried to cancel it yet. */
  boolean isFirstCancel() {
    boolean first = !cancelled;
    cancelled = true;
    return first;
  }

  /** Marks that the kernel cancels it when its time has passed. */
  void setTimed() {
    timed = true;
  }

  boolean isTimed() {
    return timed;
  }

  /** Whether the kernel cancels it when its time has passed, and nobody else has tried to. */
  boolean isCancelledByTimeOnly() {
    return timed && !cancelled;
  }

  boolean isIdle() {
    return bio == null;
  }

  int place() {
    return place;
  }

  /** The pieces of the bio as a vector, whose memory is the operation's until it ends. */
  IoVec fillVector(IoVecPool pool) {
    IoVec filled = pool.take();
    Bio of = bio();
    for (int i = 0; i < of.pieces(); i++) {
      filled.add(of.pieceAddress(i), of.pieceLength(i));
    }
    vector = filled;
    return filled;
  }

  void end(IoVecPool pool) {
    device = null;
    bio = null;
    IoVec used = vector;
    if (used != null) {
      vector = null;
      pool.giveBack(used);
    }
  }
}
