package io.penstock.core.file;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * How much requests that nobody waits for may copy through pooled memory at the same time, because
 * their device cannot be given theirs as it is. Those for which there is no room wait in order.
 *
 * <p>Who is in must never wait for one that is not. So a request enters after it has what a request
 * in the room never waits for, as a file's lock or its place of an append, and before its claim of
 * blocks; and a device that is itself made of asynchronous requests has another room than those it
 * serves. Handlers run after their request has left.
 *
 * <p>Thread-safe.
 */
public final class BounceRoom {
  private final long mostBytes;
  private final int mostRequests;

  /** Guarded by this. */
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();

  /** Guarded by this. */
  private long bytes;

  /** Guarded by this. */
  private int requests;

  /** A request for which there is no room yet. */
  private record Waiting(long bytes, Waiter waiter) {}

  /**
   * An empty room.
   *
   * @param mostBytes bytes that the requests in it may copy; one that copies more has it alone
   * @param mostRequests requests in it
   */
  public BounceRoom(long mostBytes, int mostRequests) {
    if (mostBytes < 1 || mostRequests < 1) {
      throw new IllegalArgumentException(
          "a room for "
              + mostRequests
              + " requests of "
              + mostBytes
              + " bytes; it must be one for 1 of 1 at least");
    }
    this.mostBytes = mostBytes;
    this.mostRequests = mostRequests;
  }

  /**
   * Lets a request in that will copy so many bytes, unless it would have to wait.
   *
   * @return whether it is in
   */
  public synchronized boolean tryEnter(long toCopy) {
    if (!queue.isEmpty() || !hasRoom(toCopy)) {
      return false;
    }
    take(toCopy);
    return true;
  }

  /**
   * Lets a request in that will copy so many bytes, or queues it.
   *
   * @param waiter told when it is in, on the thread of whoever leaves
   * @return true when it is in already; {@code waiter} is not told then
   */
  public synchronized boolean enter(long toCopy, Waiter waiter) {
    if (tryEnter(toCopy)) {
      return true;
    }
    queue.addLast(new Waiting(toCopy, waiter));
    return false;
  }

  /** Lets a request in, waiting for room; an interrupt does not cut the wait short. */
  public void enter(long toCopy) {
    if (tryEnter(toCopy)) {
      return;
    }
    BlockingWaiter waiter = new BlockingWaiter();
    if (!enter(toCopy, waiter)) {
      waiter.await();
    }
  }

  /** A request that was in, with so many bytes, has ended. */
  public void leave(long copied) {
    synchronized (this) {
      bytes -= copied;
      requests--;
      assert bytes >= 0 && requests >= 0 : this;
    }
    for (Waiter next = next(); next != null; next = next()) {
      next.granted();
    }
  }

  private synchronized @Nullable Waiter next() {
    Waiting first = queue.peekFirst();
    if (first == null || !hasRoom(first.bytes)) {
      return null;
    }
    queue.removeFirst();
    take(first.bytes);
    return first.waiter;
  }

  private boolean hasRoom(long toCopy) {
    return requests == 0 || (requests < mostRequests && toCopy <= mostBytes - bytes);
  }

  private void take(long toCopy) {
    bytes += toCopy;
    requests++;
  }

  /** Requests that wait. */
  public synchronized int waiting() {
    return queue.size();
  }

  @Override
  public synchronized String toString() {
    return requests + " requests that copy " + bytes + " bytes, " + queue.size() + " waiting";
  }
}
