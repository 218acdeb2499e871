package io.penstock.file;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one device that calls blocking operations: a bounded number of named daemons that
 * end when idle. Nobody interrupts them, so a channel that only they use is never closed by an
 * interrupt.
 */
final class TransferThreads implements AutoCloseable {
  private static final long IDLE_SECONDS = 5;

  /** Whose thread the current one is. */
  private static final ThreadLocal<@Nullable TransferThreads> OWNER = new ThreadLocal<>();

  private final ThreadPoolExecutor pool;

  TransferThreads(String subject, int threads) {
    AtomicInteger number = new AtomicInteger();
    pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("penstock-io-" + number.incrementAndGet() + ' ' + subject)
                    .unstarted(() -> work(task)));
    pool.allowCoreThreadTimeOut(true);
  }

  private void work(Runnable tasks) {
    OWNER.set(this);
    tasks.run();
  }

  /** Whether a task handed over now would begin at once, as far as can be told. */
  boolean hasIdleThread() {
    return pool.getQueue().isEmpty() && pool.getActiveCount() < pool.getMaximumPoolSize();
  }

  /** Hands a task over. */
  void execute(Runnable task) {
    pool.execute(task);
  }

  /**
   * Has a thread do something and waits for it; an interrupt does not cut the wait short and is
   * kept.
   */
  <T extends @Nullable Object> T call(Callable<T> task) throws IOException {
    FutureTask<T> future = new FutureTask<>(task);
    if (OWNER.get() == this) {
      future.run(); // waiting for another of these threads could be waiting for ourselves
    } else {
      pool.execute(future);
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException io) {
        throw io;
      }
      throw new IOException(cause);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Lets the threads end once they have done what was handed over. */
  @Override
  public void close() {
    pool.shutdown();
  }
}
