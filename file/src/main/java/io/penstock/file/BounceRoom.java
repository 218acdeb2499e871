package io.penstock.file;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * How much the unaligned requests that nobody waits for may hold at the same time: pooled memory,
 * and virtual threads. Those for which there is no room wait in order, with neither. Thread-safe.
 *
 * <p>Who is in never waits for one that is not: a request takes no block, and no place of an
 * append, between being let in and its end, that is held by one that waits here. Handlers run after
 * their request has left.
 */
final class BounceRoom {
  /** Bytes that requests in it may copy through at the same time. */
  private static final long MOST_BYTES = 64 << 20;

  private static final int MOST_TASKS = 1024;

  /** Memory is the process's, and so is this. */
  static final BounceRoom SHARED = new BounceRoom(MOST_BYTES, MOST_TASKS);

  private final long mostBytes;
  private final int mostTasks;

  /** Guarded by this. */
  private final ArrayDeque<Guest> queue = new ArrayDeque<>();

  /** Guarded by this. */
  private long bytes;

  /** Guarded by this. */
  private int tasks;

  BounceRoom(long mostBytes, int mostTasks) {
    this.mostBytes = mostBytes;
    this.mostTasks = mostTasks;
  }

  /** A request. */
  interface Guest {
    /** Bytes that it copies through at most; always the same. */
    long copiedBytes();

    /** There is room now; called on the thread of whom leaves, and must not throw. */
    void admitted();
  }

  /**
   * Lets a request in.
   *
   * @return true when it is in; false when it waits: it is told
   */
  synchronized boolean enter(Guest guest) {
    if (!queue.isEmpty() || !hasRoom(guest)) {
      queue.addLast(guest);
      return false;
    }
    take(guest);
    return true;
  }

  /** A request that was in has ended. */
  void leave(Guest guest) {
    synchronized (this) {
      bytes -= guest.copiedBytes();
      tasks--;
      assert bytes >= 0 && tasks >= 0 : this;
    }
    for (Guest next = next(); next != null; next = next()) {
      next.admitted();
    }
  }

  private synchronized @Nullable Guest next() {
    Guest first = queue.peekFirst();
    if (first == null || !hasRoom(first)) {
      return null;
    }
    queue.removeFirst();
    take(first);
    return first;
  }

  /** One that is larger than the room has it alone. */
  private boolean hasRoom(Guest guest) {
    return tasks == 0 || (tasks < mostTasks && bytes + guest.copiedBytes() <= mostBytes);
  }

  private void take(Guest guest) {
    bytes += guest.copiedBytes();
    tasks++;
  }

  /** Requests that wait. */
  synchronized int waiting() {
    return queue.size();
  }

  @Override
  public synchronized String toString() {
    return tasks + " requests of " + bytes + " bytes, " + queue.size() + " waiting";
  }
}
