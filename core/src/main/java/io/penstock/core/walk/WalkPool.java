package io.penstock.core.walk;

import io.penstock.core.completion.HandlerQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Requests for synchronous calls, kept so that none is allocated per call. A platform thread keeps
 * one of its own; virtual threads, and calls made inside another's call, share the rest. Threads
 * start to look at different slots; when all they look at are empty a new one is made.
 */
public final class WalkPool {
  private static final int SLOTS = 256;
  private static final int PROBES = 8;

  /** Slots this far apart do not share a cache line. */
  private static final int SPACING = 16;

  private final AtomicReferenceArray<@Nullable RequestWalk> slots =
      new AtomicReferenceArray<>(SLOTS * SPACING);

  /** An empty pool. */
  public WalkPool() {}

  /**
   * Takes a request.
   *
   * @param own the calling thread's queue
   */
  public RequestWalk take(HandlerQueue own) {
    if (own.takeSpare() instanceof RequestWalk kept) {
      return kept;
    }
    return takeShared();
  }

  private RequestWalk takeShared() {
    int start = start();
    for (int i = 0; i < PROBES; i++) {
      int slot = slot(start + i);
      if (slots.getOpaque(slot) != null) {
        RequestWalk walk = slots.getAndSet(slot, null);
        if (walk != null) {
          return walk;
        }
      }
    }
    return new RequestWalk();
  }

  /**
   * Gives one back; it must not be in flight. When no slot is free it is left to the collector.
   *
   * @param own the calling thread's queue
   */
  public void giveBack(RequestWalk walk, HandlerQueue own) {
    if (!own.keepSpare(walk)) {
      giveBackShared(walk);
    }
  }

  private void giveBackShared(RequestWalk walk) {
    int start = start();
    for (int i = 0; i < PROBES; i++) {
      int slot = slot(start + i);
      if (slots.getOpaque(slot) == null) {
        slots.setRelease(slot, walk);
        return;
      }
    }
  }

  private static int start() {
    long id = Thread.currentThread().threadId();
    return (int) ((id * 0x9E3779B97F4A7C15L) >>> 48);
  }

  private static int slot(int index) {
    return (index & (SLOTS - 1)) * SPACING;
  }
}
