package io.penstock.fuzz;

import io.penstock.core.completion.Reaping;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The thread on which hostile devices complete what they do not complete at once. */
final class DeviceThread {
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final AtomicInteger unfinished = new AtomicInteger();
  private volatile Throwable broken = new Throwable("nothing");
  private volatile boolean isBroken;

  DeviceThread(String name) {
    Thread.ofPlatform().daemon().name(name).start(this::work);
  }

  void run(Runnable task) {
    unfinished.incrementAndGet();
    tasks.add(task);
  }

  private void work() {
    while (true) {
      try {
        Runnable task = tasks.take();
        Reaping.begin();
        try {
          task.run();
        } finally {
          Reaping.end();
          unfinished.decrementAndGet();
        }
      } catch (InterruptedException e) {
        return;
      } catch (Throwable thrown) {
        // complete() is promised to throw nothing but what a second completion gets
        broken = thrown;
        isBroken = true;
      }
    }
  }

  /** Waits until all that was handed over has run. */
  void await() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (unfinished.get() > 0) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the device's thread is stuck");
      }
      LockSupport.parkNanos(20_000);
    }
    if (isBroken) {
      isBroken = false;
      throw new AssertionError("a completion threw at the device's thread", broken);
    }
  }
}
