package io.penstock.testkit.oracle;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A second thread that works only while the first waits for it, so that things happen on another
 * thread and still in a fixed order.
 */
final class Companion implements AutoCloseable {
  private final Semaphore wanted = new Semaphore(0);
  private final Semaphore done = new Semaphore(0);
  private final Thread thread;
  private @Nullable Runnable work;
  private @Nullable Throwable failure;
  private volatile boolean closed;

  Companion(String name) {
    thread = Thread.ofPlatform().daemon().name(name).start(this::loop);
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  private void loop() {
    while (true) {
      wanted.acquireUninterruptibly();
      if (closed) {
        return;
      }
      Runnable now = work;
      if (now != null) {
        try {
          now.run();
        } catch (Throwable thrown) {
          failure = thrown;
        }
      }
      done.release();
    }
  }

  /** Runs {@code task} on the other thread and waits for its end. */
  void run(Runnable task) {
    work = task;
    wanted.release();
    done.acquireUninterruptibly();
    work = null;
    Throwable thrown = failure;
    failure = null;
    if (thrown instanceof Error error) {
      throw error;
    } else if (thrown != null) {
      throw new IllegalStateException("on the companion thread", thrown);
    }
  }

  @Override
  public void close() {
    closed = true;
    wanted.release();
  }
}
