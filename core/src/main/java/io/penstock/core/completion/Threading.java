package io.penstock.core.completion;

import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the engine's threads come from, and how they wait. The JVM's own unless a caller has said
 * otherwise for {@linkplain #within what it does}: a simulation of a whole machine, which decides
 * itself who runs next, so that one seed makes one order of events.
 *
 * <p>Whatever runs on a thread that it has started must be {@linkplain #within within} it too, and
 * so must whoever completes bios of such threads. Of what the engine does, request timeouts and
 * waits for the memory of a used up pool stay with the JVM's threads and clock.
 *
 * <p>Implementations are thread-safe.
 */
public interface Threading {

  /** The threading of whoever calls. */
  static Threading current() {
    return JvmThreading.SCOPE.isBound() ? JvmThreading.SCOPE.get() : JvmThreading.JVM;
  }

  /** Does {@code work}, for which {@link #current()} is {@code threading}. */
  static <T> T within(Threading threading, Supplier<T> work) {
    return ScopedValue.where(JvmThreading.SCOPE, threading).call(work::get);
  }

  /**
   * Waits until somebody has called {@link #unpark} with this thread, or for no reason: whoever
   * waits looks whether what he waits for has happened, and calls again.
   *
   * @param blocker what is waited for, for people
   */
  void park(Object blocker);

  /** Wakes a thread from {@link #park}, or from its next one; nobody if null. */
  void unpark(@Nullable Thread thread);

  /** Runs a task, which may wait, on a thread of its own. */
  void start(String name, Runnable task);

  /**
   * What takes the place of the executor that all files share for deferred completions; null for
   * that itself.
   */
  @Nullable Executor completions();
}
