package io.penstock.cli.trace;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import jdk.jfr.consumer.RecordedEvent;
import org.jspecify.annotations.Nullable;

/** Tells a sink what events say. */
public final class EventReader {
  /** What all names of ours begin with. */
  static final String PREFIX = "io.penstock.";

  /** Every event there is. */
  public static final List<String> EVENTS =
      List.of(
          PREFIX + "Request",
          PREFIX + "Bio",
          PREFIX + "Mapping",
          PREFIX + "Bounce",
          PREFIX + "Fallback",
          PREFIX + "Warning");

  private static final long SECOND = 1_000_000_000;

  private final TraceSink sink;

  /** For a sink. */
  public EventReader(TraceSink sink) {
    this.sink = sink;
  }

  /** Takes any event; those of others are of no interest. */
  public void take(RecordedEvent event) {
    switch (event.getEventType().getName()) {
      case PREFIX + "Request" -> sink.request(request(event));
      case PREFIX + "Bio" -> sink.bio(bio(event));
      case PREFIX + "Mapping" -> sink.mapping(event.getLong("answered"));
      case PREFIX + "Bounce" -> sink.bounce(event.getLong("bytes"));
      case PREFIX + "Fallback" ->
          sink.incident(
              "fallback: "
                  + event.getString("subject")
                  + ": "
                  + event.getString("instead")
                  + ", because "
                  + event.getString("reason"));
      case PREFIX + "Warning" ->
          sink.incident(
              "warning: "
                  + event.getString("subject")
                  + ": "
                  + event.getString("what")
                  + (event.getString("cause") == null ? "" : ": " + event.getString("cause")));
      default -> {}
    }
  }

  private static SeenRequest request(RecordedEvent event) {
    return new SeenRequest(
        name(event.getString("file")),
        isWrite(event),
        event.getLong("requested"),
        event.getLong("bytes"),
        event.getInt("bios"),
        nanos(event.getStartTime()),
        event.getLong("latency"),
        SeenRequest.PHASES.stream().map(event::getLong).toList(),
        event.getString("error"));
  }

  private static SeenBio bio(RecordedEvent event) {
    return new SeenBio(
        name(event.getString("device")),
        isWrite(event),
        event.getLong("deviceOffset"),
        event.getLong("bytes"),
        event.getInt("pieces"),
        nanos(event.getStartTime()),
        event.getLong("latency"),
        event.getLong("queued"),
        event.getString("error"));
  }

  private static boolean isWrite(RecordedEvent event) {
    return Objects.equals(event.getString("direction"), "write");
  }

  private static String name(@Nullable String value) {
    return value == null ? "?" : value;
  }

  static long nanos(Instant time) {
    return time.getEpochSecond() * SECOND + time.getNano();
  }
}
