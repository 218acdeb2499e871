package io.penstock.core.file;

import io.penstock.core.event.Incidents;

/**
 * Hears of failures that no result carries: a handler that threw, an invalidation that failed.
 * Called from any thread; must not throw.
 */
@FunctionalInterface
public interface WarningListener {
  /** Writes to the logger {@code io.penstock}. */
  WarningListener LOG =
      (subject, what, cause) ->
          System.getLogger("io.penstock")
              .log(System.Logger.Level.WARNING, subject + ": " + what, cause);

  /**
   * The same listener, and the flight recorder; what it throws ends in the log: whoever warns has
   * other things to do, and may be a device's thread.
   */
  static WarningListener guarded(WarningListener listener) {
    return (subject, what, cause) -> {
      Incidents.warning(subject, what, cause);
      try {
        listener.warn(subject, what, cause);
      } catch (RuntimeException | Error broken) {
        broken.addSuppressed(cause);
        LOG.warn(subject, "the listener for warnings threw; " + what, broken);
      }
    };
  }

  /**
   * Something went wrong beside a request.
   *
   * @param subject the file or device
   * @param what a sentence for people
   * @param cause the failure
   */
  void warn(String subject, String what, Throwable cause);
}
