package io.penstock.core.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jdk.jfr.FlightRecorder;
import org.junit.jupiter.api.Test;

class FlightRecordingTest {
  /** Nothing here records: alone in a JVM, as these tests usually are, it has not begun. */
  @Test
  void recordingHasBegunWhenTheRecorderWasNeeded() {
    assertEquals(FlightRecorder.isInitialized(), FlightRecording.hasBegun());
  }
}
