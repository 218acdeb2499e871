package io.penstock.core.file;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests in flight on a file (ADM-10) and lets two kinds of others wait for them:
 * users of the block map (truncate, punch hole) until every end-of-I/O hook has returned, and close
 * until after every durability sync.
 *
 * <p>One word holds both counts and two marks, so that a request passes with one atomic operation
 * each way:
 *
 * <pre>
 *   bits  0..29  requests whose end-of-I/O hook has not returned ("mapped")
 *   bits 30..59  requests that close has to wait for ("open")
 *   bit  60      frozen: new requests wait
 *   bit  61      closed: new requests are refused
 * </pre>
 */
final class InFlightGate {
  private static final long MAPPED = 1L;
  private static final long OPEN = 1L << 30;
  private static final long COUNT = (1L << 30) - 1;
  private static final long FROZEN = 1L << 60;
  private static final long CLOSED = 1L << 61;

  private final AtomicLong word = new AtomicLong();

  /**
   * Guarded by this: requests that came while frozen, and those who wait for a count to become
   * zero.
   */
  private final List<Waiter> frozenOut = new ArrayList<>();

  private @Nullable Waiter mappedIdle;
  private final List<Waiter> openIdle = new ArrayList<>();
  private final List<Waiter> freezers = new ArrayList<>();

  /** What became of an attempt to enter. */
  enum Entry {
    ENTERED,
    WAITING,
    FROZEN,
    CLOSED
  }

  /**
   * Counts one request in. A null {@code waiter} means: do not wait, answer {@link Entry#FROZEN}.
   */
  Entry enter(@Nullable Waiter waiter) {
    while (true) {
      long now = word.get();
      if ((now & (FROZEN | CLOSED)) == 0) {
        if (word.compareAndSet(now, now + MAPPED + OPEN)) {
          return Entry.ENTERED;
        }
      } else if ((now & CLOSED) != 0) {
        return Entry.CLOSED;
      } else if (waiter == null) {
        return Entry.FROZEN;
      } else if (queue(waiter)) {
        return Entry.WAITING;
      }
    }
  }

  private synchronized boolean queue(Waiter waiter) {
    if ((word.get() & FROZEN) == 0) {
      return false;
    }
    frozenOut.add(waiter);
    return true;
  }

  /** The request's end-of-I/O hook has returned. */
  void leaveMapped() {
    long now = word.addAndGet(-MAPPED);
    assert (now & COUNT) != COUNT : "left more often than entered";
    if ((now & COUNT) == 0 && (now & FROZEN) != 0) {
      tellMappedIdle();
    }
  }

  /** The request is durable, if it was to be, and about to be reported. */
  void leaveOpen() {
    long now = word.addAndGet(-OPEN);
    if (((now >>> 30) & COUNT) == 0 && (now & CLOSED) != 0) {
      tellOpenIdle();
    }
  }

  /** Both at once, for a request without a sync. */
  void leave() {
    long now = word.addAndGet(-MAPPED - OPEN);
    if ((now & (FROZEN | CLOSED)) != 0) {
      if ((now & COUNT) == 0) {
        tellMappedIdle();
      }
      if (((now >>> 30) & COUNT) == 0) {
        tellOpenIdle();
      }
    }
  }

  /**
   * Stops new requests and waits until no request uses the block map any more. Ended by {@link
   * #thaw()}.
   */
  void freeze() {
    BlockingWaiter turn = new BlockingWaiter();
    if (!startFreeze(turn)) {
      turn.await();
    }
    BlockingWaiter idle = new BlockingWaiter();
    if (!awaitMappedIdle(idle)) {
      idle.await();
    }
  }

  private synchronized boolean startFreeze(Waiter turn) {
    if ((word.get() & FROZEN) != 0) {
      freezers.add(turn);
      return false;
    }
    word.updateAndGet(w -> w | FROZEN);
    return true;
  }

  private synchronized boolean awaitMappedIdle(Waiter idle) {
    if ((word.get() & COUNT) == 0) {
      return true;
    }
    mappedIdle = idle;
    return false;
  }

  /** Lets requests in again, or hands the frozen file to the next who wants it so. */
  void thaw() {
    List<Waiter> go;
    synchronized (this) {
      if (!freezers.isEmpty()) {
        go = List.of(freezers.removeFirst());
      } else {
        word.updateAndGet(w -> w & ~FROZEN);
        go = List.copyOf(frozenOut);
        frozenOut.clear();
      }
    }
    go.forEach(Waiter::granted);
  }

  /** Refuses new requests from now on. Returns false when that was so already. */
  boolean close() {
    long before = word.getAndUpdate(w -> w | CLOSED);
    List<Waiter> go;
    synchronized (this) {
      go = List.copyOf(frozenOut);
      frozenOut.clear();
    }
    go.forEach(Waiter::granted);
    return (before & CLOSED) == 0;
  }

  /**
   * After {@link #close()}: tells {@code waiter}, now or later, that nothing is in flight any more.
   */
  void whenIdle(Waiter waiter) {
    synchronized (this) {
      if (((word.get() >>> 30) & COUNT) != 0) {
        openIdle.add(waiter);
        return;
      }
    }
    waiter.granted();
  }

  boolean isClosed() {
    return (word.get() & CLOSED) != 0;
  }

  /** Requests that close would have to wait for. */
  int open() {
    return (int) ((word.get() >>> 30) & COUNT);
  }

  /** Requests that users of the block map would have to wait for. */
  int mapped() {
    return (int) (word.get() & COUNT);
  }

  private void tellMappedIdle() {
    Waiter waiter;
    synchronized (this) {
      waiter = (word.get() & COUNT) == 0 ? mappedIdle : null;
      if (waiter != null) {
        mappedIdle = null;
      }
    }
    if (waiter != null) {
      waiter.granted();
    }
  }

  private void tellOpenIdle() {
    List<Waiter> go;
    synchronized (this) {
      if (open() != 0) {
        return; // who left a frozen file comes here late: others have entered since the thaw
      }
      go = List.copyOf(openIdle);
      openIdle.clear();
    }
    go.forEach(Waiter::granted);
  }
}
