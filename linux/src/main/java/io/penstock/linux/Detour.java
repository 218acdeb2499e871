package io.penstock.linux;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The way of a virtual thread around calls that wait for the disk: a downcall holds its carrier, so
 * a platform thread makes the call.
 */
final class Detour {
  private Detour() {}

  /** Makes a call, in a thread of its own if the calling one is virtual. */
  static <T> T call(String what, Callable<T> call) throws IOException {
    FutureTask<T> task = new FutureTask<>(call);
    if (Thread.currentThread().isVirtual()) {
      Thread.ofPlatform().daemon().name("penstock-" + what).start(task);
    } else {
      task.run();
    }
    return await(task);
  }

  /** Waits for somebody; an interrupt does not cut that short and is kept. */
  static void await(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a call; an interrupt does not cut that short and is kept. */
  static <T extends @Nullable Object> T await(FutureTask<T> task) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IOException(e.getCause());
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
