package io.penstock.core.completion;

/**
 * What a thread puts around many submissions, to files and devices of any number, so that a device
 * that can begins them together (BIO-7 over several requests):
 *
 * <pre>{@code
 * Plug.begin();
 * try {
 *   for (each request) DirectIo.submit(...);
 * } finally {
 *   Plug.end();      // begun here, and handlers of what is already done run here
 * }
 * }</pre>
 *
 * Inside, the thread must not wait for what it has submitted but through the engine, which unplugs
 * first. Scopes nest; the outermost end counts.
 */
public final class Plug {
  private Plug() {}

  /** Begins to hold back submissions of this thread. */
  public static void begin() {
    HandlerQueue.current().open();
  }

  /** Begins what was held back. */
  public static void end() {
    HandlerQueue.current().close();
  }
}
