package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.BioOwner;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.completion.Threading;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.PooledBuffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Submits one bio at a time and waits for it, and keeps the memory of one that it had to abandon.
 * For the thread that made it.
 */
final class BioWaiter implements BioOwner, AutoCloseable {
  private final Thread thread = Thread.currentThread();
  private final @Nullable IoArena arena;
  private final @Nullable PooledBuffer pooled;
  private @Nullable IOException error;
  private boolean abandoned;
  private volatile boolean done;

  /**
   * Waits for transfers of this memory.
   *
   * @param arena that the memory is of, held open already, or null
   * @param pooled buffer that it is in, which is given back by {@link #close}, or null
   */
  BioWaiter(@Nullable IoArena arena, @Nullable PooledBuffer pooled) {
    this.arena = arena;
    this.pooled = pooled;
  }

  /**
   * Submits a filled bio and waits for its end, keeping the interrupt status.
   *
   * @throws IOException the device's error; the last transfer then
   */
  void submit(Bio bio, BlockDevice device) throws IOException {
    assert thread.equals(Thread.currentThread()) && !abandoned;
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

  /**
   * A device that throws has broken its contract: its bio must not be waited for for ever. Whether
   * it has begun with it nobody knows, so the memory is kept until it completes it, if it ever
   * does.
   */
  private void send(Bio bio, BlockDevice device) {
    try {
      device.submit(bio);
    } catch (RuntimeException | Error broken) {
      if (bio.abandon()) {
        boolean held = arena == null || arena.acquire();
        assert held : "its user holds it too";
        error = SubmitFailure.of(bio, device, broken);
        abandoned = true;
        done = true;
        bio.setAside();
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

  @Override
  public void bioReturned(Bio bio) {
    bio.release();
    if (arena != null) {
      arena.release();
    }
    giveBack();
  }

  /** No transfer follows. */
  @Override
  public void close() {
    if (!abandoned) {
      giveBack();
    }
  }

  private void giveBack() {
    if (pooled != null) {
      pooled.close();
    }
  }
}
