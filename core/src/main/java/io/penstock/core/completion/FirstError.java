package io.penstock.core.completion;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The first of several errors wins; later ones are attached to it as suppressed (CMP-2).
 * Thread-safe but for {@link #clear()}.
 */
public final class FirstError {
  private static final VarHandle FIRST;

  static {
    try {
      FIRST = MethodHandles.lookup().findVarHandle(FirstError.class, "first", IOException.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable IOException first;

  /** No error yet. */
  public FirstError() {}

  /** Adds an error. */
  public void add(IOException error) {
    if (!FIRST.compareAndSet(this, null, error)) {
      IOException winner = first;
      if (winner != null && winner != error) {
        winner.addSuppressed(error);
      }
    }
  }

  /** The first error, or null. */
  public @Nullable IOException get() {
    return first;
  }

  /** Forgets everything; nobody may be adding. */
  public void clear() {
    if (first != null) {
      first = null;
    }
  }
}
