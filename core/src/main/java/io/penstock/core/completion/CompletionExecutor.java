package io.penstock.core.completion;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs what a device's thread must not: completions that wait for a durability sync, deferred ones,
 * and walks that go on after they were suspended. The executor behind it is made when it is first
 * needed, once, however many threads need it at the same time (ADM-13).
 */
public final class CompletionExecutor {
  private static final int THREADS = 8;
  private static final CompletionExecutor SHARED =
      new CompletionExecutor("shared", CompletionExecutor::threadPool);

  private final String name;
  private final Supplier<? extends Executor> factory;
  private volatile @Nullable Executor executor;

  /**
   * An executor that is made by {@code factory} when it is first needed.
   *
   * @param name for messages
   * @param factory must give an executor that runs its tasks on other threads than the caller's and
   *     never drops one
   */
  public CompletionExecutor(String name, Supplier<? extends Executor> factory) {
    this.name = name;
    this.factory = factory;
  }

  /**
   * The one that all files use unless they are given another: a few daemon threads that end when
   * idle.
   */
  public static CompletionExecutor shared() {
    return SHARED;
  }

  /** What the shared one makes. */
  static Executor threadPool() {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("penstock-completion-" + number.incrementAndGet())
                    .unstarted(task));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Makes sure that the executor exists.
   *
   * @throws IOException ENOMEM when it cannot be made; the next call tries again
   */
  public Executor require() throws IOException {
    Executor instead = this == SHARED ? Threading.current().completions() : null;
    if (instead != null) {
      return instead;
    }
    Executor made = executor;
    return made != null ? made : make();
  }

  private synchronized Executor make() throws IOException {
    Executor made = executor;
    if (made == null) {
      try {
        made = Objects.requireNonNull(factory.get(), "it made none");
      } catch (RuntimeException | Error failure) {
        throw new BlockIoException(
            Errno.ENOMEM.number(),
            "create completion executor",
            name,
            BlockIoException.NONE,
            BlockIoException.NONE,
            "its factory failed",
            failure);
      }
      executor = made;
    }
    return made;
  }

  /** Whether it has been made. */
  public boolean exists() {
    return executor != null;
  }
}
