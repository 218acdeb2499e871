package io.penstock.core.completion;

import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Threads as they are: they park, and new ones are virtual. */
final class JvmThreading implements Threading {
  static final Threading JVM = new JvmThreading();
  static final ScopedValue<Threading> SCOPE = ScopedValue.newInstance();

  private JvmThreading() {}

  @Override
  public void park(Object blocker) {
    LockSupport.park(blocker);
  }

  @Override
  public void unpark(@Nullable Thread thread) {
    LockSupport.unpark(thread);
  }

  @Override
  public void start(String name, Runnable task) {
    Thread.ofVirtual().name(name).start(task);
  }

  @Override
  public @Nullable Executor completions() {
    return null;
  }
}
