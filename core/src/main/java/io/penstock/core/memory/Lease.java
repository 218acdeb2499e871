package io.penstock.core.memory;

import java.lang.ref.Cleaner;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One use of a pooled buffer, where leaks are looked for: who took it and where, and whether it was
 * given back. It outlives the buffer's object, and so notices when that is dropped.
 */
final class Lease implements Runnable {
  private static final Cleaner CLEANER =
      Cleaner.create(
          task -> Thread.ofPlatform().daemon().name("penstock-buffer-leaks").unstarted(task));

  private final long bytes;
  private final Throwable origin;
  private final Set<Lease> open;
  private final Consumer<String> warnings;
  private volatile @Nullable Throwable ending;
  private volatile boolean lost;
  private Cleaner.@Nullable Cleanable watch;

  Lease(long bytes, Set<Lease> open, Consumer<String> warnings) {
    this.bytes = bytes;
    this.open = open;
    this.warnings = warnings;
    origin = new Throwable("taken by thread " + Thread.currentThread().getName());
    open.add(this);
  }

  /** Notices when {@code buffer} is dropped. */
  void watch(PooledBuffer buffer) {
    watch = CLEANER.register(buffer, this);
  }

  /** The buffer is given back. */
  void end() {
    ending = new Throwable("given back by thread " + Thread.currentThread().getName());
    open.remove(this);
    Cleaner.Cleanable own = watch;
    if (own != null) {
      own.clean();
    }
  }

  /** Nobody has the buffer any more. Its memory may still be in use, so it stays what it is. */
  @Override
  public void run() {
    if (ending == null) {
      lost = true;
      warnings.accept("a pooled buffer was dropped and not given back: " + this);
    }
  }

  /** Where it was given back, for messages. */
  String ending() {
    Throwable where = ending;
    return where == null ? "it is open" : trace(where);
  }

  private static String trace(Throwable where) {
    StringBuilder text = new StringBuilder(where.getMessage());
    for (StackTraceElement each : where.getStackTrace()) {
      if (!each.getClassName().startsWith("io.penstock.core.memory.")
          || each.getClassName().endsWith("Test")) {
        text.append("\n    at ").append(each);
      }
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return bytes + " bytes" + (lost ? ", dropped, " : " ") + trace(origin);
  }
}
