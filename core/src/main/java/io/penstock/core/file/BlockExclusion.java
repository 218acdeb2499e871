package io.penstock.core.file;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps writes that have blocks to themselves apart from all other writes of those: they touch them
 * in part (ZERO-6, FILE-3), and the zeros or old bytes around their data could land on the data of
 * the other, or they may lose their memory half-way and then zero what they had allocated (MEM-1).
 * Other writes of whole blocks do not exclude each other.
 *
 * <p>First come, first served among those that conflict. Where no write can touch a block in part,
 * only those that may lose their memory claim their blocks before they map; the others ask here
 * when they meet unwritten blocks, which may be those that such a write has allocated. Thread-safe.
 *
 * <p><b>Counting.</b> Where partial writes are rare, those of whole blocks are only counted, with
 * one atomic operation each way, as long as nobody holds or waits for a listed claim. A claim of
 * blocks alone is listed and waits until the count, which does not grow any more, is zero; whole
 * blocks that come meanwhile are listed too.
 */
public final class BlockExclusion {
  private static final long COUNTED = 1L;
  private static final long LISTED = 1L << 32;
  private static final long COUNT = LISTED - 1;

  private final List<BlockClaim> holders = new ArrayList<>();
  private final List<BlockClaim> queue = new ArrayList<>();

  /** Claims that were counted, and above them those in the lists. */
  private final AtomicLong word = new AtomicLong();

  private final boolean counts;

  /**
   * Nothing claimed.
   *
   * @param counts whether claims of whole blocks are counted where possible: cheaper for them, and
   *     a claim of blocks alone then waits for all that were counted, in whichever blocks
   */
  BlockExclusion(boolean counts) {
    this.counts = counts;
  }

  private boolean tryCount(BlockClaim claim) {
    if (!counts || claim.isAlone()) {
      return false;
    }
    long now = word.get();
    while (now < LISTED) {
      if (word.compareAndSet(now, now + COUNTED)) {
        claim.counted = true;
        return true;
      }
      now = word.get();
    }
    return false;
  }

  /** Takes the claim if nothing conflicts with it. */
  public boolean tryAcquire(BlockClaim claim) {
    return tryCount(claim) || tryList(claim);
  }

  private synchronized boolean tryList(BlockClaim claim) {
    word.addAndGet(LISTED);
    if (mustWait(claim, queue)) {
      word.addAndGet(-LISTED);
      return false;
    }
    holders.add(claim);
    return true;
  }

  private boolean mustWait(BlockClaim claim, List<BlockClaim> before) {
    return claim.isAlone() && (word.get() & COUNT) != 0
        || conflicts(claim, holders)
        || conflicts(claim, before);
  }

  /**
   * Takes the claim, or queues {@code waiter} for it.
   *
   * @return true when it was taken at once; otherwise {@code waiter} is told when it is
   */
  public boolean acquire(BlockClaim claim, Waiter waiter) {
    return tryCount(claim) || list(claim, waiter);
  }

  private synchronized boolean list(BlockClaim claim, Waiter waiter) {
    word.addAndGet(LISTED);
    if (!mustWait(claim, queue)) {
      holders.add(claim);
      return true;
    }
    claim.waiter = waiter;
    queue.add(claim);
    return false;
  }

  /** Takes the claim, waiting for it; an interrupt does not cut the wait short. */
  public void acquire(BlockClaim claim) {
    if (tryAcquire(claim)) {
      return;
    }
    BlockingWaiter waiter = new BlockingWaiter();
    if (!list(claim, waiter)) {
      waiter.await();
    }
  }

  /** Lets the claim go, on any thread. */
  public void release(BlockClaim claim) {
    if (claim.counted) {
      claim.counted = false;
      long left = word.addAndGet(-COUNTED);
      boolean someoneWaits = left != 0 && (left & COUNT) == 0;
      if (someoneWaits) {
        tell(grantable());
      }
      return;
    }
    List<Waiter> go;
    synchronized (this) {
      boolean held = removeHolder(claim);
      assert held : claim;
      word.addAndGet(-LISTED);
      go = grantable();
    }
    tell(go);
  }

  private static void tell(List<Waiter> granted) {
    for (int i = 0; i < granted.size(); i++) {
      granted.get(i).granted();
    }
  }

  private boolean removeHolder(BlockClaim claim) {
    for (int i = holders.size() - 1; i >= 0; i--) {
      if (holders.get(i) == claim) {
        BlockClaim end = holders.removeLast();
        if (end != claim) {
          holders.set(i, end);
        }
        return true;
      }
    }
    return false;
  }

  /**
   * Moves from the queue to the holders whoever conflicts neither with a holder nor with somebody
   * before it in the queue.
   */
  private synchronized List<Waiter> grantable() {
    if (queue.isEmpty()) {
      return List.of();
    }
    List<Waiter> go = new ArrayList<>();
    List<BlockClaim> still = new ArrayList<>();
    for (BlockClaim claim : queue) {
      Waiter waiter = claim.waiter;
      if (waiter == null || mustWait(claim, still)) {
        still.add(claim);
      } else {
        claim.waiter = null;
        holders.add(claim);
        go.add(waiter);
      }
    }
    queue.clear();
    queue.addAll(still);
    return go;
  }

  private static boolean conflicts(BlockClaim claim, List<BlockClaim> others) {
    for (int i = 0; i < others.size(); i++) {
      if (claim.conflictsWith(others.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether nobody holds a claim or waits for one. */
  public boolean isIdle() {
    return word.get() == 0;
  }

  /** Claims held at this moment. */
  public synchronized int held() {
    return holders.size() + (int) (word.get() & COUNT);
  }
}
