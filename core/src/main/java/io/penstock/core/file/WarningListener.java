package io.penstock.core.file;

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
   * Something went wrong beside a request.
   *
   * @param subject the file or device
   * @param what a sentence for people
   * @param cause the failure
   */
  void warn(String subject, String what, Throwable cause);
}
