package io.penstock.core.file;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The file's lock of a locking layout (ADM-11): exclusive, first come first served, and held by a
 * request rather than by a thread, so one thread may take it and another let it go. Not reentrant.
 *
 * <p>The engine takes it for reads. For a write its caller holds it, from before the submission
 * until it returns.
 */
public final class RequestLock {
  private final Queue<Waiter> waiters = new ArrayDeque<>();
  private boolean held;

  /** Free. */
  public RequestLock() {}

  /** Takes the lock if it is free. */
  public synchronized boolean tryAcquire() {
    if (held) {
      return false;
    }
    held = true;
    return true;
  }

  /** Takes the lock, waiting for it; an interrupt does not cut the wait short. */
  public void acquire() {
    if (tryAcquire()) {
      return;
    }
    BlockingWaiter waiter = new BlockingWaiter();
    if (!acquire(waiter)) {
      waiter.await();
    }
  }

  /**
   * Takes the lock, or queues {@code waiter} for it.
   *
   * @return true when the lock was taken at once; otherwise {@code waiter} is told later
   */
  public synchronized boolean acquire(Waiter waiter) {
    if (!held) {
      held = true;
      return true;
    }
    waiters.add(waiter);
    return false;
  }

  /** Lets the lock go, on any thread: to the next waiter, if there is one. */
  public void release() {
    Waiter next = next();
    if (next != null) {
      next.granted();
    }
  }

  private synchronized @Nullable Waiter next() {
    if (!held) {
      throw new IllegalStateException("released while not held");
    }
    Waiter next = waiters.poll();
    held = next != null;
    return next;
  }

  /** Whether somebody holds it. */
  public synchronized boolean isHeld() {
    return held;
  }
}
