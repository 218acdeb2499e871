package io.penstock.core.event;

import java.io.InputStream;
import java.util.Objects;
import jdk.jfr.FlightRecorder;

/**
 * Whether the flight recorder may want to be told anything. Thread-safe.
 *
 * <p>The engine runs without the recorder's module: its classes are touched only where there is
 * one. Those of events are only once it records: loading the first takes 150 ms.
 */
public final class FlightRecording {
  private static final boolean PRESENT = isPresent();

  private FlightRecording() {}

  private static boolean isPresent() {
    try {
      Class.forName("jdk.jfr.Event", false, FlightRecording.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError absent) {
      return false;
    }
  }

  /**
   * Whether anybody has recorded in this JVM so far. Until then no class of an event may be
   * touched, and this is all that tracing costs.
   */
  public static boolean hasBegun() {
    return PRESENT && FlightRecorder.isInitialized();
  }

  /**
   * The settings that record every event of Penstock and nothing else, in the format of {@code
   * .jfc} files. The caller closes it.
   */
  public static InputStream settings() {
    return Objects.requireNonNull(
        FlightRecording.class.getResourceAsStream("penstock.jfc"), "penstock.jfc is not packaged");
  }
}
