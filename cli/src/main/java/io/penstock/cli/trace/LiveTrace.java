package io.penstock.cli.trace;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import jdk.management.jfr.RemoteRecordingStream;

/** Traces another JVM for a while. */
public final class LiveTrace {
  /** How long after its time an event can still come: recordings are flushed every second. */
  private static final Duration FLUSHES = Duration.ofSeconds(2);

  private LiveTrace() {}

  /**
   * Records for so long, or until the other JVM ends.
   *
   * @throws IOException when nothing of ours was recorded
   */
  public static Trace record(AttachedJvm jvm, Duration runtime)
      throws IOException, InterruptedException {
    long from = EventReader.nanos(Instant.now());
    Trace trace = new Trace(from, from + runtime.toNanos());
    EventReader reader = new EventReader(trace);
    RemoteRecordingStream stream = jvm.stream();
    stream.onEvent(
        event -> {
          if (EventReader.nanos(event.getEndTime()) <= from + runtime.toNanos()) {
            reader.take(event);
          }
        });
    stream.startAsync();
    stream.awaitTermination(runtime.plus(FLUSHES));
    stream.close();
    stream.awaitTermination(FLUSHES);
    if (trace.isEmpty()) {
      throw new IOException(
          "nothing was recorded: in these "
              + runtime.toSeconds()
              + " s that JVM did no I/O through Penstock");
    }
    return trace;
  }
}
