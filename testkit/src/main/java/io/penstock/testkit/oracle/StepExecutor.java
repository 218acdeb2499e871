package io.penstock.testkit.oracle;

import io.penstock.testkit.Dice;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An executor whose tasks the run carries out when it chooses, or, where somebody waits for them,
 * at once on another thread.
 */
final class StepExecutor implements Executor {
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final Companion companion;
  private boolean atOnce;
  private Consumer<Runnable> around = Runnable::run;
  private final AtomicInteger running = new AtomicInteger();

  StepExecutor(Companion companion) {
    this.companion = companion;
  }

  /** From now on tasks are run at once, on the companion, or wait for {@link #runOne}. */
  void atOnce(boolean value) {
    atOnce = value;
  }

  @Override
  public void execute(Runnable task) {
    boolean now;
    synchronized (this) {
      now = atOnce && !companion.isCurrent();
      if (!now) {
        tasks.add(task);
      }
    }
    if (now) {
      companion.run(
          () -> {
            run(task);
            while (runOne(null)) {
              // A task of a task waits until its own is done.
            }
          });
    }
  }

  private void run(Runnable task) {
    running.incrementAndGet();
    try {
      around.accept(task);
    } finally {
      running.decrementAndGet();
    }
  }

  /** Sees and runs every task. */
  void around(Consumer<Runnable> runner) {
    around = runner;
  }

  /** Runs a waiting task, any one if there are dice. Answers whether there was one. */
  boolean runOne(@Nullable Dice dice) {
    Runnable task;
    synchronized (this) {
      if (tasks.isEmpty()) {
        return false;
      }
      for (int turns = dice == null ? 0 : dice.below(tasks.size()); turns > 0; turns--) {
        tasks.add(tasks.remove());
      }
      task = tasks.remove();
    }
    run(task);
    return true;
  }

  synchronized int waiting() {
    return tasks.size();
  }

  boolean isRunningTask() {
    return running.get() > 0;
  }
}
