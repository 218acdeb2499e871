package io.penstock.core.file;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps writes that touch a block in part apart from all other writes of that block (ZERO-6):
 * otherwise the zeros one adds around its data could land on the data of the other. Writes of whole
 * blocks do not exclude each other.
 *
 * <p>First come, first served among those that conflict. Used only where blocks are larger than the
 * device's unit: elsewhere no write can touch a block in part. Thread-safe.
 */
public final class BlockExclusion {
  private final List<BlockClaim> holders = new ArrayList<>();
  private final List<BlockClaim> queue = new ArrayList<>();

  /** For the file that owns it. */
  BlockExclusion() {}

  /** Takes the claim if nothing conflicts with it. */
  public synchronized boolean tryAcquire(BlockClaim claim) {
    if (conflicts(claim, holders) || conflicts(claim, queue)) {
      return false;
    }
    holders.add(claim);
    return true;
  }

  /**
   * Takes the claim, or queues {@code waiter} for it.
   *
   * @return true when it was taken at once; otherwise {@code waiter} is told when it is
   */
  public synchronized boolean acquire(BlockClaim claim, Waiter waiter) {
    if (tryAcquire(claim)) {
      return true;
    }
    claim.waiter = waiter;
    queue.add(claim);
    return false;
  }

  /** Takes the claim, waiting for it; an interrupt does not cut the wait short. */
  public void acquire(BlockClaim claim) {
    BlockingWaiter waiter = new BlockingWaiter();
    if (!acquire(claim, waiter)) {
      waiter.await();
    }
  }

  /** Lets the claim go, on any thread. */
  public void release(BlockClaim claim) {
    List<Waiter> go;
    synchronized (this) {
      boolean held = removeHolder(claim);
      assert held : claim;
      if (queue.isEmpty()) {
        return;
      }
      go = grantable();
    }
    go.forEach(Waiter::granted);
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
  private List<Waiter> grantable() {
    List<Waiter> go = new ArrayList<>();
    List<BlockClaim> still = new ArrayList<>();
    for (BlockClaim claim : queue) {
      Waiter waiter = claim.waiter;
      if (waiter == null || conflicts(claim, holders) || conflicts(claim, still)) {
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

  /** Claims held at this moment. */
  public synchronized int held() {
    return holders.size();
  }
}
