package io.penstock.testkit.simulation;

import io.penstock.core.completion.Threading;
import io.penstock.testkit.Dice;
import io.penstock.testkit.Divergence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads of which one runs at a time, and a clock. Whoever waits hands over; a seed decides which
 * of those that can go on does, or whether an event of the clock comes first. So everything the
 * engine and the files above it do in threads happens in one order, which the seed determines.
 *
 * <p>{@link #run} runs a program: on a simulated thread, with those it {@linkplain #start starts}
 * and those the engine starts. They must wait for each other only by ways of the engine, {@link
 * #await} and {@link #sleep}: one that waits otherwise, for a lock that another one holds while it
 * waits say, stops the machine, which is found out after {@link #STUCK_SECONDS} of real time.
 *
 * <p>If nobody can go on and no event is left, then somebody waits for what never comes: that is a
 * {@link Divergence}.
 */
public final class SimulatedMachine implements Threading {
  /** Seconds of real time after which a simulated thread that does not hand over is given up. */
  public static final int STUCK_SECONDS = 20;

  private final Dice dice;
  private final VirtualClock clock;
  private final Map<Thread, Task> tasks = new HashMap<>();
  private final List<Task> ready = new ArrayList<>();
  private @Nullable Thread scheduler;
  private volatile @Nullable Task running;

  /** Turns taken: written by the scheduler only. */
  private final AtomicLong turns = new AtomicLong();

  private volatile boolean stuck;
  private @Nullable Throwable failure;

  /** A machine whose choices the seed determines, on this clock. */
  public SimulatedMachine(long seed, VirtualClock clock) {
    dice = Dice.of(seed, 77);
    this.clock = clock;
  }

  /** Its clock. */
  public VirtualClock clock() {
    return clock;
  }

  /** One simulated thread. */
  private final class Task implements Runnable {
    private final Runnable work;
    private final Thread thread;
    private boolean isReady;
    private boolean ended;

    Task(String name, Runnable work) {
      this.work = work;
      thread = Thread.ofVirtual().name(name).unstarted(this);
    }

    @Override
    public void run() {
      awaitTurn();
      try {
        Threading.within(
            SimulatedMachine.this,
            () -> {
              work.run();
              return this;
            });
      } catch (Throwable thrown) {
        noteFailure(thrown);
      }
      ended = true;
      handBack();
    }

    void awaitTurn() {
      while (running != this) {
        LockSupport.park(this);
      }
    }
  }

  /**
   * Runs a program and all threads and events that come of it, to the end of the last one.
   *
   * @throws Divergence when some thread waits for ever
   * @throws RuntimeException what a thread threw first, if unchecked; the others were run to their
   *     end
   */
  public void run(Runnable program) {
    Thread own =
        Thread.ofVirtual()
            .name("penstock-simulated-machine")
            .unstarted(() -> Threading.within(this, () -> schedule(program)));
    scheduler = own;
    own.start();
    boolean interrupted = false;
    while (own.isAlive()) {
      try {
        awaitEnd(own);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    throwFailure();
  }

  private void awaitEnd(Thread own) throws InterruptedException {
    long before = turns.get();
    if (!own.join(Duration.ofSeconds(STUCK_SECONDS)) && turns.get() == before) {
      stuck = true;
      LockSupport.unpark(own);
    }
  }

  private void throwFailure() {
    switch (failure) {
      case null -> {}
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      default -> throw new Divergence("a simulated thread threw " + failure, failure);
    }
  }

  private boolean schedule(Runnable program) {
    try {
      start("program", program);
      while (step()) {
        // Each step is one thread's turn or one event.
      }
    } catch (Throwable thrown) {
      noteFailure(thrown);
    }
    return true;
  }

  private boolean step() {
    boolean threadNext = !ready.isEmpty() && (clock.isIdle() || !dice.oneIn(4));
    if (threadNext) {
      turn(ready.remove(dice.below(ready.size())));
      return true;
    }
    if (clock.runNext()) {
      return true;
    }
    if (!tasks.isEmpty()) {
      throw new Divergence("nothing is left to happen, but these wait for ever:" + waiting());
    }
    return false;
  }

  private String waiting() {
    StringBuilder text = new StringBuilder();
    for (Task each : tasks.values()) {
      text.append("\n  ").append(each.thread.getName());
      int frames = 0;
      for (StackTraceElement frame : each.thread.getStackTrace()) {
        if (frame.getClassName().startsWith("io.penstock") && frames++ < 12) {
          text.append("\n    at ").append(frame);
        }
      }
    }
    return text.toString();
  }

  /** Lets a thread run until it waits or ends. */
  private void turn(Task task) {
    task.isReady = false;
    turns.incrementAndGet();
    running = task;
    if (task.thread.getState() == Thread.State.NEW) {
      task.thread.start();
    } else {
      LockSupport.unpark(task.thread);
    }
    while (running != null) {
      LockSupport.park(this);
      if (stuck) {
        throw new Divergence("a thread waits for something that is not simulated:" + waiting());
      }
    }
    if (task.ended) {
      tasks.remove(task.thread);
      ready.remove(task); // somebody may have woken it for nothing
    }
  }

  private void handBack() {
    running = null;
    LockSupport.unpark(scheduler);
  }

  private void noteFailure(Throwable thrown) {
    if (failure == null) {
      failure = thrown;
    } else if (failure != thrown) {
      failure.addSuppressed(thrown);
    }
  }

  private Task current() {
    Task task = tasks.get(Thread.currentThread());
    if (task == null) {
      throw new IllegalStateException(
          Thread.currentThread() + " is no simulated thread; wait in one that the machine started");
    }
    return task;
  }

  // --- for threads and events of this machine ---

  @Override
  public void start(String name, Runnable work) {
    Task task = new Task(name, work);
    tasks.put(task.thread, task);
    makeReady(task);
  }

  private void makeReady(Task task) {
    if (!task.isReady) {
      task.isReady = true;
      ready.add(task);
    }
  }

  @Override
  public void park(Object blocker) {
    Task task = current();
    handBack(); // who was woken meanwhile is ready already, and gets his turn
    task.awaitTurn();
  }

  /** Lets others run, if there are any who can. */
  public void pause() {
    Task task = current();
    makeReady(task);
    handBack();
    task.awaitTurn();
  }

  @Override
  public void unpark(@Nullable Thread thread) {
    Task task = thread == null ? null : tasks.get(thread);
    if (task != null) {
      makeReady(task);
    } else {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public Executor completions() {
    return task -> start("penstock-completion", task);
  }

  /** Lets so much simulated time pass for the calling thread, nanoseconds. */
  public void sleep(long nanos) {
    boolean[] over = {false};
    Thread sleeper = Thread.currentThread();
    clock.after(
        nanos,
        () -> {
          over[0] = true;
          unpark(sleeper);
        });
    while (!over[0]) {
      park(clock);
    }
  }

  /** Waits until {@code future} is complete, however it ended; ask it what came of it. */
  public void await(CompletableFuture<?> future) {
    Thread waiter = Thread.currentThread();
    var _ = future.whenComplete((_, _) -> unpark(waiter));
    while (!future.isDone()) {
      park(future);
    }
  }
}
