package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.BioOwner;
import io.penstock.core.completion.HandlerQueue;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Submits one bio at a time and waits for it. For the thread that made it. */
final class BioWaiter implements BioOwner {
  private final Thread thread = Thread.currentThread();
  private @Nullable IOException error;
  private volatile boolean done;

  /**
   * Submits a filled bio and waits for its end, keeping the interrupt status.
   *
   * @throws IOException the device's error
   */
  void submit(Bio bio, BlockDevice device) throws IOException {
    assert thread.equals(Thread.currentThread());
    error = null;
    done = false;
    bio.markInFlight();
    device.submit(bio);
    awaitDone();
    IOException failure = error;
    if (failure != null) {
      throw failure;
    }
  }

  private void awaitDone() {
    if (!done) {
      HandlerQueue.current().unplug();
    }
    boolean interrupted = false;
    while (!done) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      thread.interrupt();
    }
  }

  @Override
  public void bioDone(Bio bio, @Nullable IOException failure) {
    error = failure;
    bio.release();
    done = true; // the last touch: the waiter may use bio and memory from here on
    LockSupport.unpark(thread);
  }
}
