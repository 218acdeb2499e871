package io.penstock.core.completion;

import org.jspecify.annotations.Nullable;

/**
 * Something whose completion runs from a {@link HandlerQueue}; it carries its own place in that
 * queue, so queueing allocates nothing.
 */
public abstract class Completable {
  @Nullable Completable next;

  /** For requests. */
  protected Completable() {}

  /** Completes; must not throw. */
  protected abstract void runCompletion();
}
