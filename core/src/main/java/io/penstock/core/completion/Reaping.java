package io.penstock.core.completion;

/**
 * What a device's thread puts around the completion of a batch, so that handlers run after the
 * batch has been taken off the device's queue and never from inside the reaping (CMP-10):
 *
 * <pre>{@code
 * Reaping.begin();
 * try {
 *   for (each completion of the queue) bio.complete();
 * } finally {
 *   Reaping.end();      // handlers run here
 * }
 * }</pre>
 *
 * A bio that is completed outside of such a scope has its handler run at once.
 */
public final class Reaping {
  private Reaping() {}

  /** Begins a batch on this thread, which from here to the end counts as a device's thread. */
  public static void begin() {
    HandlerQueue.current().open(true);
  }

  /** Ends the batch and runs the handlers. */
  public static void end() {
    HandlerQueue.current().close();
  }
}
