package io.penstock.linux;

import io.penstock.core.bio.Bio;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one device that wait for the disk in its name: at most so many, named, daemons,
 * begun when there is work and ended when there is none for a while. Thread-safe.
 *
 * <p>The queue before them is made of the bios themselves, linked by {@link Bio#deviceData}:
 * handing one over allocates nothing, never waits, and the queue is as long as there are bios.
 */
final class BioThreads implements AutoCloseable {
  private static final long IDLE_MILLIS = 5000;

  private final String subject;
  private final int most;
  private final Consumer<Bio> work;
  private final Object lock = new Object();

  // all of these under the lock
  private @Nullable Bio head;
  private @Nullable Bio tail;
  private final ArrayDeque<Runnable> calls = new ArrayDeque<>();
  private int queued;
  private int idle;
  private int threads;
  private long begun;
  private boolean ending;

  /**
   * No threads yet.
   *
   * @param subject path of the file, for the threads' names
   * @param most threads at a time
   * @param work carries a bio out and completes it
   */
  BioThreads(String subject, int most, Consumer<Bio> work) {
    this.subject = subject;
    this.most = most;
    this.work = work;
  }

  /**
   * Hands a bio over.
   *
   * @return false if there is no thread and none can be begun; the bio is not taken then
   */
  boolean add(Bio bio) {
    long number;
    synchronized (lock) {
      append(bio);
      number = wakeOrCount();
    }
    return begin(number) || !remove(bio, bio.generation());
  }

  /**
   * Hands a bio over that must not wait for others.
   *
   * @return false if all threads are busy; the bio is not taken then
   */
  boolean addIfIdle(Bio bio) {
    long number;
    synchronized (lock) {
      if (queued >= idle + most - threads) {
        return false;
      }
      append(bio);
      number = wakeOrCount();
    }
    return begin(number) || !remove(bio, bio.generation());
  }

  /** Takes a bio back that no thread has begun; false if one has, or if it is another use of it. */
  boolean remove(Bio bio, long generation) {
    synchronized (lock) {
      Bio before = null;
      for (Bio each = head; each != null; each = next(each)) {
        if (each == bio) {
          if (bio.generation() != generation) {
            return false;
          }
          unlink(before, bio);
          return true;
        }
        before = each;
      }
      return false;
    }
  }

  /**
   * Has a thread make a call and waits for it; an interrupt does not cut the wait short and is
   * kept. For virtual threads: their carrier goes on meanwhile.
   */
  <T extends @Nullable Object> T call(Callable<T> call) throws IOException {
    FutureTask<T> task = new FutureTask<>(call);
    long number;
    synchronized (lock) {
      calls.add(task);
      queued++;
      number = wakeOrCount();
    }
    if (!begin(number)) {
      task.run();
    }
    return Detour.await(task);
  }

  /** Lets the threads end when nothing is left to do. What is added later is still done. */
  @Override
  public void close() {
    synchronized (lock) {
      ending = true;
      lock.notifyAll();
    }
  }

  /** Has an idle thread look, or counts a new one: its number, to {@link #begin}, else 0. */
  private long wakeOrCount() {
    if (queued <= idle) {
      lock.notify();
      return 0;
    }
    if (threads == most) {
      return 0;
    }
    threads++;
    return ++begun;
  }

  /** Begins the thread of a number; returns false if there is not even one thread. */
  private boolean begin(long number) {
    if (number == 0) {
      return true;
    }
    try {
      Thread.ofPlatform()
          .daemon()
          .name("penstock-pread-" + number + ' ' + subject)
          .inheritInheritableThreadLocals(false)
          .start(this::run);
      return true;
    } catch (OutOfMemoryError noThread) {
      synchronized (lock) {
        return --threads > 0;
      }
    }
  }

  private void run() {
    for (Object next = take(); next != null; next = take()) {
      carryOut(next);
    }
  }

  private void carryOut(Object next) {
    try {
      if (next instanceof Bio bio) {
        work.accept(bio);
      } else {
        ((Runnable) next).run();
      }
    } catch (RuntimeException | Error thrown) {
      // A bio's owner that throws must not take the thread from the bios behind it (CMP-9).
      System.getLogger("io.penstock")
          .log(System.Logger.Level.ERROR, "completing a bio of " + subject + " threw", thrown);
    }
  }

  /** The next thing to do; null when this thread ends, which is then no longer counted. */
  private @Nullable Object take() {
    synchronized (lock) {
      long idleSince = System.nanoTime();
      while (queued == 0) {
        long left = IDLE_MILLIS - (System.nanoTime() - idleSince) / 1_000_000;
        if (ending || left <= 0) {
          threads--;
          return null;
        }
        idle++;
        try {
          lock.wait(left);
        } catch (InterruptedException e) {
          // A handler has interrupted this thread, which is not its own: it means nothing here.
        } finally {
          idle--;
        }
      }
      Runnable call = calls.poll();
      if (call != null) {
        queued--;
        return call;
      }
      Bio first = head;
      assert first != null;
      unlink(null, first);
      return first;
    }
  }

  // --- the list ---

  private void append(Bio bio) {
    bio.deviceData(null);
    Bio last = tail;
    if (last == null) {
      head = bio;
    } else {
      last.deviceData(bio);
    }
    tail = bio;
    queued++;
  }

  private void unlink(@Nullable Bio before, Bio bio) {
    Bio after = next(bio);
    if (before == null) {
      head = after;
    } else {
      before.deviceData(after);
    }
    if (after == null) {
      tail = before;
    }
    bio.deviceData(null);
    queued--;
  }

  private static @Nullable Bio next(Bio bio) {
    return (Bio) bio.deviceData();
  }
}
