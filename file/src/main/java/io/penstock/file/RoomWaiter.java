package io.penstock.file;

import io.penstock.core.completion.Threading;

/** A thread that waits for {@link BounceRoom room} for the request it is about to carry out. */
final class RoomWaiter implements BounceRoom.Guest {
  private final Thread thread = Thread.currentThread();
  private final long copiedBytes;
  private volatile boolean admitted;

  RoomWaiter(long copiedBytes) {
    this.copiedBytes = copiedBytes;
  }

  @Override
  public long copiedBytes() {
    return copiedBytes;
  }

  @Override
  public void admitted() {
    admitted = true;
    Threading.current().unpark(thread);
  }

  /** Waits; an interrupt does not cut it short, and is kept. */
  void await() {
    boolean interrupted = false;
    while (!admitted) {
      Threading.current().park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      thread.interrupt();
    }
  }
}
