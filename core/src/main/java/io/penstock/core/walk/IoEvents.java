package io.penstock.core.walk;

import io.penstock.core.bio.Bio;
import java.io.IOException;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Tells the flight recorder of requests and bios, where there is one and it wants to know; else it
 * costs the look at a flag.
 *
 * <p>The engine runs without the recorder's module: its classes are touched only where there is
 * one. Those of events are only once it records: loading the first takes 150 ms.
 */
final class IoEvents {
  private static final boolean PRESENT = isPresent();

  private IoEvents() {}

  private static boolean isPresent() {
    try {
      Class.forName("jdk.jfr.Event", false, IoEvents.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError absent) {
      return false;
    }
  }

  private static boolean isRecording() {
    return PRESENT && FlightRecorder.isInitialized();
  }

  /** The time to give to {@link #request} at the end, or 0 when nobody wants to know. */
  static long startRequest() {
    return isRecording() && RequestEvent.isWanted() ? time() : 0;
  }

  /** The time to give to {@link #bio} at the end, or 0 when nobody wants to know. */
  static long startBio() {
    return isRecording() && BioEvent.isWanted() ? time() : 0;
  }

  private static long time() {
    return System.nanoTime() | 1;
  }

  /** A request has ended that began at {@code started}, not 0. */
  static void request(Terms terms, long started, long bytes, @Nullable IOException error) {
    RequestEvent.commit(terms, System.nanoTime() - started, bytes, error);
  }

  /** A bio is done that was sent at {@code started}, not 0. */
  static void bio(Bio bio, long started, @Nullable IOException error) {
    BioEvent.commit(bio, System.nanoTime() - started, error);
  }
}
