package io.penstock.core.completion;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Who still has a request (CMP-8): its submitter, and each of its bios from before it is sent.
 * Whoever drops the last reference completes the request; nobody touches it after dropping theirs.
 *
 * <p>The same word carries the mark of a suspended walk (BIO-6). The submitter's reference stays
 * with a suspended walk; the bio whose end takes the count down to the agreed number also takes the
 * mark away in the same step, and with it the duty to resume. Two words would leave a moment in
 * which a late completion could hit the next use of a reused request.
 */
public final class References {
  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(References.class, "word", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final int SUSPENDED = 1 << 30;
  private static final int COUNT = SUSPENDED - 1;

  /** What the end of a bio means for whoever ended it. */
  public enum Drop {
    /** Others still have the request; do not touch it any more. */
    NOT_LAST,
    /** Only the submitter is left; a waiting one wants to be woken. */
    SUBMITTER_LEFT,
    /** It was the last: complete the request. */
    LAST,
    /** The walk is suspended and may go on: resume it, with the submitter's reference. */
    RESUME
  }

  private volatile int word;

  /** No references. */
  public References() {}

  /** Starts with the submitter's reference. */
  public void start() {
    assert word == 0 : word;
    WORD.setRelease(this, 1);
  }

  /** Takes so many references more, before their bios are sent. */
  public void take(int bios) {
    int before = word;
    assert before > 0 && (before & SUSPENDED) == 0 : before;
    if (before == 1) {
      WORD.setRelease(this, 1 + bios);
    } else {
      WORD.getAndAdd(this, bios);
    }
  }

  /**
   * A bio is done.
   *
   * @param resumeAt a suspended walk goes on when so many references are left
   */
  public Drop dropBio(int resumeAt) {
    while (true) {
      int now = word;
      int left = (now & COUNT) - 1;
      assert left >= 0 : now;
      boolean suspended = (now & SUSPENDED) != 0;
      boolean resume = suspended && left <= resumeAt;
      int next = suspended && !resume ? left | SUSPENDED : left;
      if (WORD.compareAndSet(this, now, next)) {
        if (resume) {
          return Drop.RESUME;
        }
        return left == 0 ? Drop.LAST : left == 1 ? Drop.SUBMITTER_LEFT : Drop.NOT_LAST;
      }
    }
  }

  /**
   * Gives so many bios' references back at once: they were done inside the submitter's own call, so
   * its own reference is still there.
   */
  public void giveBack(int bios) {
    int before = word;
    assert (before & SUSPENDED) == 0 && before > bios : before;
    if (before == 1 + bios) {
      WORD.setRelease(this, 1);
    } else {
      WORD.getAndAdd(this, -bios);
    }
  }

  /** The submitter has waited for all bios and is the only one left. */
  public void dropLast() {
    assert word == 1 : word;
    WORD.setRelease(this, 0);
  }

  /** The submitter is done. Returns true when it held the last reference. */
  public boolean dropSubmitter() {
    int before = word;
    assert before > 0 && (before & SUSPENDED) == 0 : before;
    if (before == 1) {
      WORD.setRelease(this, 0);
      return true;
    }
    return (int) WORD.getAndAdd(this, -1) == 1;
  }

  /**
   * Marks the walk as suspended unless so few references are left that it may go on at once.
   *
   * @return false when it may go on
   */
  public boolean suspendUnless(int resumeAt) {
    while (true) {
      int now = word;
      assert (now & SUSPENDED) == 0 && now > 0 : now;
      if (now <= resumeAt) {
        return false;
      }
      if (WORD.compareAndSet(this, now, now | SUSPENDED)) {
        return true;
      }
    }
  }

  /** Bios in flight, for the submitter. */
  public int bios() {
    return (word & COUNT) - 1;
  }

  /** All references, for tests and messages. */
  public int count() {
    return word & COUNT;
  }
}
