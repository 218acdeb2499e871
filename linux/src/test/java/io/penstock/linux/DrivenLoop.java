package io.penstock.linux;

import io.penstock.core.device.ConfinedLoop;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A confined loop and a thread that drives it, as a storage engine's own would. */
final class DrivenLoop implements AutoCloseable {
  interface Step<T> {
    T on(ConfinedLoop loop) throws IOException;
  }

  private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<ConfinedLoop> made = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final int depth;
  private volatile boolean ending;

  private DrivenLoop(int depth) {
    this.depth = depth;
    Thread.ofPlatform().name("driver").start(this::run);
  }

  static DrivenLoop begin(int depth) {
    DrivenLoop driven = new DrivenLoop(depth);
    driven.made.join();
    return driven;
  }

  /** Does something on the thread that drives the loop, and waits for it. */
  <T> T call(Step<T> step) throws IOException {
    CompletableFuture<T> done = new CompletableFuture<>();
    ConfinedLoop loop = made.join();
    steps.add(
        () -> {
          try {
            done.complete(step.on(loop));
          } catch (IOException | RuntimeException failure) {
            done.completeExceptionally(failure);
          }
        });
    loop.wakeUp();
    try {
      return done.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw failed;
    }
  }

  private void run() {
    ConfinedLoop loop;
    try {
      loop = new UringProvider().newLoop(depth);
    } catch (IOException | RuntimeException failure) {
      made.completeExceptionally(failure);
      return;
    }
    made.complete(loop);
    try (loop) {
      while (!ending) {
        for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
          step.run();
        }
        loop.park(Long.MAX_VALUE);
      }
    } finally {
      ended.complete(null);
    }
  }

  @Override
  public void close() {
    ending = true;
    made.join().wakeUp();
    ended.join();
  }
}
