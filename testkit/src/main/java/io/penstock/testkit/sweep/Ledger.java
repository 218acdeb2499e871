package io.penstock.testkit.sweep;

import io.penstock.testkit.sweep.Facts.Failure;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run as its seams see it: counts the calls, makes the planned ones fail, keeps the facts, and
 * holds what is to happen later. Thread-safe.
 */
final class Ledger {
  /** A call to what the user supplies. */
  @FunctionalInterface
  interface Call {
    void run() throws IOException;
  }

  private final Delivery delivery;
  private final Map<FaultPoint, Effect> plan = new HashMap<>();
  private final List<FaultPoint> trace = new ArrayList<>();
  private final Map<FaultKind, Integer> counts = new EnumMap<>(FaultKind.class);
  private final List<SweepFault> struck = new ArrayList<>();
  private final ArrayDeque<Runnable> held = new ArrayDeque<>();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private @Nullable Facts facts;
  private @Nullable String violation;
  private @Nullable Throwable sticky;
  private boolean armed;

  Ledger(Delivery delivery, List<SweepFault> faults) {
    this.delivery = delivery;
    for (SweepFault each : faults) {
      plan.put(each.point(), each.effect());
    }
  }

  Delivery delivery() {
    return delivery;
  }

  // --- steps ---

  /** A step begins; its calls are counted and fail as planned. */
  synchronized Facts begin(Step step, int writer, long size, boolean counted) {
    armed = counted;
    Facts next = new Facts(step, writer, size, sticky);
    facts = next;
    return next;
  }

  /** What is known of the step at hand. */
  synchronized Facts facts() {
    Facts now = facts;
    if (now == null) {
      throw new IllegalStateException("the file was used before the first step");
    }
    return now;
  }

  // --- calls ---

  /** A call of this kind is made: the failure it is to have, or null. */
  synchronized @Nullable SweepFault reach(FaultKind kind) {
    facts().calls.add(kind);
    if (!armed) {
      return null;
    }
    FaultPoint point = new FaultPoint(kind, counts.merge(kind, 1, Integer::sum));
    trace.add(point);
    Effect effect = plan.get(point);
    if (effect == null) {
      return null;
    }
    SweepFault fault = new SweepFault(point, effect);
    struck.add(fault);
    return fault;
  }

  /** A call failed with this. */
  synchronized void failed(FaultKind kind, Throwable error) {
    Facts now = facts();
    now.failures.add(new Failure(kind, error, now.calls.size()));
    if (kind == FaultKind.SYNC && sticky == null) {
      sticky = error;
    }
  }

  /** Makes a call, or has it fail as planned. */
  void call(FaultKind kind, Call call) throws IOException {
    SweepFault fault = reach(kind);
    if (fault == null || fault.effect() == Effect.ALL) {
      try {
        call.run();
      } catch (IOException | RuntimeException | Error own) {
        failed(kind, own);
        throw own;
      }
    }
    if (fault != null) {
      Throwable failure = kind.failure(fault);
      failed(kind, failure);
      FaultKind.raise(failure);
    }
  }

  /** Something was seen that must never be; the first is told. */
  synchronized void violated(String what) {
    if (violation == null) {
      violation = what;
    }
  }

  synchronized @Nullable String violation() {
    return violation;
  }

  synchronized List<FaultPoint> trace() {
    return List.copyOf(trace);
  }

  synchronized List<SweepFault> struck() {
    return List.copyOf(struck);
  }

  // --- what happens later ---

  synchronized void hold(Runnable operation) {
    held.add(operation);
    notifyAll();
  }

  synchronized void task(Runnable task) {
    tasks.add(task);
    notifyAll();
  }

  /** The handler of the step at hand was told. */
  synchronized void handled(long bytes, @Nullable Throwable error) {
    Facts now = facts();
    now.handlerCalls++;
    now.bytes = bytes;
    now.error = error;
    notifyAll();
  }

  private synchronized @Nullable Runnable next() {
    Runnable task = tasks.pollFirst();
    if (task != null) {
      return task;
    }
    return delivery == Delivery.REVERSED ? held.pollLast() : held.pollFirst();
  }

  /** Carries out what was held, and what comes of it, until nothing is left. */
  void goOn() {
    for (Runnable each = next(); each != null; each = next()) {
      each.run();
    }
  }

  /**
   * Goes on until something is so; a device with threads of its own is waited for.
   *
   * @return false when it is not after so many seconds
   */
  boolean goOnUntil(BooleanSupplier so, int seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    do {
      goOn();
    } while (awaitMore(so, end));
    synchronized (this) {
      return so.getAsBoolean();
    }
  }

  /** Waits until there is something to carry out; false when it is so, or the time is over. */
  private synchronized boolean awaitMore(BooleanSupplier so, long end) {
    while (!so.getAsBoolean() && held.isEmpty() && tasks.isEmpty()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      try {
        wait(left / 1_000_000, (int) (left % 1_000_000));
      } catch (InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return !so.getAsBoolean();
  }
}
