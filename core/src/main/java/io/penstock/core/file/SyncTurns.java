package io.penstock.core.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets one sync of a file run at a time (CMP-6): beside one that fails, another could report data
 * as durable that the failure has lost. Those who come while one runs wait for the next, which is
 * for all of them: it begins after what they want to be durable was written. Thread-safe.
 */
final class SyncTurns {
  /** The sync itself. */
  @FunctionalInterface
  interface Sync {
    /** Runs it, as far as any of those who wait for it wants. */
    void run(SyncScope scope) throws IOException;
  }

  /** The sync that begins when the one that runs has ended; fields guarded by the turns. */
  private static final class Turn {
    final BlockingWaiter leader = new BlockingWaiter();
    final List<BlockingWaiter> followers = new ArrayList<>();
    SyncScope scope;

    Turn(SyncScope scope) {
      this.scope = scope;
    }
  }

  /** Whose turn it is; written with the lock of this held. */
  private volatile @Nullable Thread runner;

  /** Between two turns nobody runs, and this one is about to begin; guarded by this. */
  private @Nullable Turn next;

  /**
   * Runs a sync, or waits for one that another thread runs. Only who has run it is thrown what it
   * threw: others look how it ended. A sync that asks for another one of the same file has it run
   * at once.
   */
  void run(SyncScope scope, Sync sync) throws IOException {
    if (runner == Thread.currentThread()) {
      sync.run(scope);
      return;
    }
    Turn turn;
    BlockingWaiter follower = null;
    synchronized (this) {
      turn = next;
      if (turn != null) {
        follower = new BlockingWaiter();
        turn.followers.add(follower);
        turn.scope = scope == SyncScope.ALL ? scope : turn.scope;
      } else if (runner != null) {
        turn = new Turn(scope);
        next = turn;
      } else {
        runner = Thread.currentThread();
      }
    }
    if (follower != null) {
      follower.await();
    } else if (turn == null) {
      lead(scope, List.of(), sync);
    } else {
      turn.leader.await();
      lead(begin(turn), turn.followers, sync);
    }
  }

  /** Nobody joins it any more. */
  private synchronized SyncScope begin(Turn turn) {
    runner = Thread.currentThread();
    next = null;
    return turn.scope;
  }

  private void lead(SyncScope scope, List<BlockingWaiter> followers, Sync sync) throws IOException {
    try {
      sync.run(scope);
    } finally {
      Turn following = end();
      if (following != null) {
        following.leader.granted();
      }
      followers.forEach(BlockingWaiter::granted);
    }
  }

  private synchronized @Nullable Turn end() {
    runner = null;
    return next;
  }

  /** Threads that wait for a sync to begin. */
  synchronized int waiting() {
    return next == null ? 0 : 1 + next.followers.size();
  }
}
