package io.penstock.core.event;

import org.jspecify.annotations.Nullable;

/**
 * Tells the flight recorder of what does not go as it should and has no request to be told with:
 * {@code io.penstock.Fallback} and {@code io.penstock.Warning}. Costs the look at a flag until
 * somebody records. Thread-safe; never throws.
 */
public final class Incidents {
  private Incidents() {}

  /**
   * Something is done in another way than the best one: without a ring, through the page cache.
   *
   * @param subject the file, device or engine
   * @param instead what is done instead, a few words
   * @param reason why, for people, with a remedy where there is one
   */
  public static void fallback(String subject, String instead, String reason) {
    if (FlightRecording.hasBegun()) {
      FallbackEvent.commit(subject, instead, reason);
    }
  }

  /**
   * Something went wrong beside a request.
   *
   * @param subject the file or device
   * @param what a sentence for people
   * @param cause the failure, if there is one
   */
  public static void warning(String subject, String what, @Nullable Throwable cause) {
    if (FlightRecording.hasBegun()) {
      WarningEvent.commit(subject, what, cause);
    }
  }
}
