package io.penstock.engine.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** What a recording has of Penstock. */
final class Recorded {
  static final String REQUEST = "io.penstock.Request";
  static final String BIO = "io.penstock.Bio";
  static final String MAPPING = "io.penstock.Mapping";
  static final String BOUNCE = "io.penstock.Bounce";
  static final String FALLBACK = "io.penstock.Fallback";
  static final String WARNING = "io.penstock.Warning";

  /** What is recorded. */
  interface Work {
    void run() throws Exception;
  }

  private final List<RecordedEvent> events;

  private Recorded(List<RecordedEvent> events) {
    this.events = events;
  }

  /** Does the work while events of these names, and no others, are recorded. */
  static Recorded of(Path directory, Work work, String... enabled) throws Exception {
    try (Recording recording = new Recording()) {
      for (String each : enabled) {
        recording.enable(each);
      }
      return of(directory, work, recording);
    }
  }

  /** Does the work while this one, not started yet, records. */
  static Recorded of(Path directory, Work work, Recording recording) throws Exception {
    recording.start();
    work.run();
    recording.stop();
    Path dump = Files.createTempFile(directory, "events", ".jfr");
    recording.dump(dump);
    return new Recorded(read(dump));
  }

  private static List<RecordedEvent> read(Path dump) throws IOException {
    List<RecordedEvent> events = new ArrayList<>(RecordingFile.readAllEvents(dump));
    events.removeIf(event -> !event.getEventType().getName().startsWith("io.penstock."));
    // a thread's buffers come into the file in any order
    events.sort(Comparator.comparing(RecordedEvent::getStartTime));
    return events;
  }

  List<RecordedEvent> all() {
    return events;
  }

  List<RecordedEvent> named(String name) {
    return events.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
  }

  /** The only one of its name. */
  RecordedEvent only(String name) {
    List<RecordedEvent> named = named(name);
    assertEquals(1, named.size(), events.toString());
    return named.getFirst();
  }

  long sum(String name, String field) {
    return named(name).stream().mapToLong(event -> event.getLong(field)).sum();
  }

  static long nanos(RecordedEvent event, String field) {
    return event.getDuration(field).toNanos();
  }
}
