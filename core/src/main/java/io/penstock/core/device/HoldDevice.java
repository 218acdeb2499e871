package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.completion.Reaping;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Takes bios and begins none of them until it is told which: a test decides the order of every
 * completion. What is held has not reached the device behind: a held write is not on it. Bios are
 * carried out, and their handlers run, on the thread that lets them go, which counts as the
 * device's thread meanwhile (CMP-10).
 *
 * <p>With a depth, no-wait bios that find so many held are completed with EAGAIN (ADM-12); others
 * are held all the same. A held bio that is cancelled is completed with ECANCELED by the cancelling
 * thread. Flushes and alias drops pass at once. Thread-safe.
 */
public final class HoldDevice extends ForwardingDevice {
  private final QueueLimits limits;
  private final int depth;
  private final List<HeldBio> held = new ArrayList<>();
  private volatile boolean ignoresCancel;
  private boolean closed;

  /** Holds any number of bios. */
  public HoldDevice(BlockDevice delegate) {
    this(delegate, Integer.MAX_VALUE);
  }

  /** A queue of {@code depth} bios, which only no-wait bios find full. */
  public HoldDevice(BlockDevice delegate, int depth) {
    super(delegate);
    QueueLimits behind = delegate.limits();
    this.limits = behind.withMemoryAccess(behind.acceptsHeap(), false);
    this.depth = depth;
  }

  @Override
  public QueueLimits limits() {
    return limits;
  }

  /** Whether to leave cancelled bios where they are: a device that cannot get anything back. */
  public HoldDevice ignoreCancel(boolean value) {
    ignoresCancel = value;
    return this;
  }

  @Override
  public void submit(Bio bio) {
    IOException refusal = hold(bio);
    if (refusal != null) {
      bio.complete(refusal);
    }
  }

  private @Nullable IOException hold(Bio bio) {
    synchronized (held) {
      if (closed) {
        return BioCheck.closed(bio, name());
      }
      if (bio.isNoWait() && held.size() >= depth) {
        return BioCheck.queueFull(bio, name(), depth);
      }
      held.add(new HeldBio(bio));
      held.notifyAll();
      return null;
    }
  }

  @Override
  public void cancel(Bio bio, long generation) {
    if (ignoresCancel) {
      return;
    }
    boolean taken;
    synchronized (held) {
      taken = held.removeIf(each -> each.is(bio, generation));
    }
    if (taken) {
      bio.complete(BioCheck.cancelled(bio, name()));
    } else {
      super.cancel(bio, generation);
    }
  }

  /** Bios that are held. */
  public int pending() {
    synchronized (held) {
      return held.size();
    }
  }

  /** The bio held at {@code index}, in the order of submission; to look at. */
  public Bio pending(int index) {
    synchronized (held) {
      return held.get(index).bio();
    }
  }

  /**
   * Waits until at least so many bios are held.
   *
   * @return false when the time ran out
   */
  public boolean awaitPending(int bios, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (held) {
      while (held.size() < bios) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        held.wait(left / 1_000_000, (int) (left % 1_000_000));
      }
      return true;
    }
  }

  /** Hands the bio held at {@code index} to the device behind. */
  public void complete(int index) {
    Bio bio = take(index);
    Reaping.begin();
    try {
      delegate().submit(bio);
    } finally {
      Reaping.end();
    }
  }

  /** Completes the bio held at {@code index} with an error; it never reaches the device behind. */
  public void fail(int index, IOException error) {
    Bio bio = take(index);
    Reaping.begin();
    try {
      bio.complete(error);
    } finally {
      Reaping.end();
    }
  }

  /**
   * Completes what is held in the order of submission, and what handlers submit meanwhile, until
   * nothing is held.
   */
  public void completeAll() {
    while (pending() > 0) {
      complete(0);
    }
  }

  /**
   * Completes what is held in an order that {@code random} chooses, and what handlers submit
   * meanwhile, until nothing is held.
   */
  public void completeAll(RandomGenerator random) {
    for (int left = pending(); left > 0; left = pending()) {
      complete(random.nextInt(left));
    }
  }

  private Bio take(int index) {
    synchronized (held) {
      return held.remove(index).bio();
    }
  }

  /** Completes what is still held with ENODEV, then closes the device behind. */
  @Override
  public void close() throws IOException {
    List<HeldBio> left;
    synchronized (held) {
      closed = true;
      left = List.copyOf(held);
      held.clear();
    }
    for (HeldBio each : left) {
      each.bio().complete(BioCheck.closed(each.bio(), name()));
    }
    super.close();
  }
}
