package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.BioOwner;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.completion.Threading;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
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
    send(bio, device);
    awaitDone();
    IOException failure = error;
    if (failure != null) {
      throw failure;
    }
  }

  /** A device that throws has broken its contract: its bio must not be waited for for ever. */
  private static void send(Bio bio, BlockDevice device) {
    try {
      device.submit(bio);
    } catch (RuntimeException | Error broken) {
      try {
        bio.complete(
            new BlockIoException(
                Errno.EIO.number(),
                "submit",
                device.name(),
                bio.deviceOffset(),
                bio.length(),
                "submit threw " + broken,
                broken));
      } catch (IllegalStateException ended) {
        // it had ended all the same
      }
    }
  }

  private void awaitDone() {
    if (!done) {
      HandlerQueue.current().unplug();
    }
    boolean interrupted = false;
    while (!done) {
      Threading.current().park(this);
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
    Threading.current().unpark(thread);
  }
}
