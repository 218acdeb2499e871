package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.completion.Reaping;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;

/**
 * Makes a device slow: every bio, synchronous ones too, is handed to the device behind only after a
 * delay, by a thread of this device. Bios whose time has come together are handed on together,
 * those of equal time in the order of submission. Flushes and alias drops pass at once. A cancelled
 * bio that still waits is completed with ECANCELED by the cancelling thread. Thread-safe.
 */
public final class DelayDevice extends ForwardingDevice {
  private final QueueLimits limits;
  private final ToLongFunction<? super Bio> delayNanos;
  private final PriorityQueue<Delayed> queue = new PriorityQueue<>();
  private final Thread worker;
  private long sequence;
  private boolean closed;

  /** Delays every bio by the same time. */
  public DelayDevice(BlockDevice delegate, Duration delay) {
    this(delegate, constant(delay));
  }

  /**
   * Delays each bio by its own time.
   *
   * @param delayNanos nanoseconds to delay a bio; called in the submitting thread; must be
   *     thread-safe and not throw
   */
  public DelayDevice(BlockDevice delegate, ToLongFunction<? super Bio> delayNanos) {
    super(delegate);
    QueueLimits behind = delegate.limits();
    this.limits = behind.withMemoryAccess(behind.acceptsHeap(), false);
    this.delayNanos = delayNanos;
    this.worker =
        Thread.ofPlatform().daemon().name("penstock-delay-" + delegate.name()).start(this::work);
  }

  private static ToLongFunction<Bio> constant(Duration delay) {
    long nanos = delay.toNanos();
    return bio -> nanos;
  }

  @Override
  public QueueLimits limits() {
    return limits;
  }

  @Override
  public void submit(Bio bio) {
    long due = System.nanoTime() + delayNanos.applyAsLong(bio);
    if (!enqueue(bio, due)) {
      bio.complete(BioCheck.closed(bio, name()));
    }
  }

  /** Has the bio handed on at this {@link System#nanoTime()}; false when the device is closed. */
  boolean enqueue(Bio bio, long due) {
    synchronized (queue) {
      if (!closed) {
        queue.add(new Delayed(new HeldBio(bio), due, sequence++));
        queue.notifyAll();
      }
      return !closed;
    }
  }

  @Override
  public void cancel(Bio bio, long generation) {
    boolean taken;
    synchronized (queue) {
      taken = queue.removeIf(each -> each.held.is(bio, generation));
    }
    if (taken) {
      bio.complete(BioCheck.cancelled(bio, name()));
    } else {
      super.cancel(bio, generation);
    }
  }

  private void work() {
    List<Bio> due = new ArrayList<>();
    while (takeDue(due)) {
      Reaping.begin();
      try {
        due.forEach(this::handOn);
      } finally {
        Reaping.end();
      }
      due.clear();
    }
  }

  private void handOn(Bio bio) {
    try {
      delegate().submit(bio);
    } catch (RuntimeException | Error failure) {
      // An owner's mistake must not end the thread that all other bios wait for (CMP-9).
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    }
  }

  /** Waits for bios whose time has come. Returns false when the device is closed. */
  private boolean takeDue(List<Bio> due) {
    synchronized (queue) {
      while (!closed) {
        Delayed first = queue.peek();
        long left = first == null ? Long.MAX_VALUE : first.due - System.nanoTime();
        if (left > 0) {
          pause(left);
          continue;
        }
        for (long now = System.nanoTime();
            first != null && first.due - now <= 0;
            first = queue.peek()) {
          due.add(queue.remove().held.bio());
        }
        return true;
      }
      return false;
    }
  }

  private void pause(long nanos) {
    try {
      if (nanos == Long.MAX_VALUE) {
        queue.wait();
      } else {
        queue.wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
      }
    } catch (InterruptedException e) {
      // Nobody else has this thread; a handler may have interrupted it, which ends nothing here.
    }
  }

  /** Completes what still waits with ENODEV, ends the thread, then closes the device behind. */
  @Override
  public void close() throws IOException {
    List<Delayed> left;
    synchronized (queue) {
      closed = true;
      left = List.copyOf(queue);
      queue.clear();
      queue.notifyAll();
    }
    for (Delayed each : left) {
      each.held.bio().complete(BioCheck.closed(each.held.bio(), name()));
    }
    joinWorker();
    super.close();
  }

  private void joinWorker() {
    boolean interrupted = false;
    while (!worker.equals(Thread.currentThread()) && worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A bio and the time of {@link System#nanoTime()} to hand it on. */
  private static final class Delayed implements Comparable<Delayed> {
    final HeldBio held;
    final long due;
    private final long sequence;

    Delayed(HeldBio held, long due, long sequence) {
      this.held = held;
      this.due = due;
      this.sequence = sequence;
    }

    @Override
    public int compareTo(Delayed other) {
      long order = due != other.due ? due - other.due : sequence - other.sequence;
      return Long.signum(order);
    }
  }
}
