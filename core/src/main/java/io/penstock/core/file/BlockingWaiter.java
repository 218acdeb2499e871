package io.penstock.core.file;

import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.completion.Threading;

/**
 * A waiter that is a thread: it parks, virtual or not, and an interrupt does not cut it short (the
 * interrupt status is kept).
 */
final class BlockingWaiter implements Waiter {
  private final Thread thread = Thread.currentThread();
  private volatile boolean granted;

  @Override
  public void granted() {
    granted = true;
    Threading.current().unpark(thread);
  }

  void await() {
    if (!granted) {
      HandlerQueue.current().unplug();
    }
    boolean interrupted = false;
    while (!granted) {
      Threading.current().park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      thread.interrupt();
    }
  }
}
