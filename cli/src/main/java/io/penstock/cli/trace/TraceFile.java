package io.penstock.cli.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** A recording in a file. Read twice, so that nothing of it has to be kept: for its span first. */
public final class TraceFile {
  private final Path path;
  private long from = Long.MAX_VALUE;
  private long to = Long.MIN_VALUE;

  private TraceFile(Path path) {
    this.path = path;
  }

  /**
   * Makes figures of a recording.
   *
   * @throws IOException when it cannot be read, is no recording, or holds nothing of ours
   */
  public static Trace read(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    TraceFile file = new TraceFile(path);
    file.forEach(file::measure);
    if (file.from > file.to) {
      throw file.failure(
          "it holds no event of Penstock; record with the settings that 'penstock trace --settings'"
              + " prints");
    }
    Trace trace = new Trace(file.from, file.to);
    EventReader reader = new EventReader(trace);
    file.forEach(reader::take);
    return trace;
  }

  private void measure(RecordedEvent event) {
    if (event.getEventType().getName().startsWith(EventReader.PREFIX)) {
      from = Math.min(from, EventReader.nanos(event.getStartTime()));
      to = Math.max(to, EventReader.nanos(event.getEndTime()));
    }
  }

  private void forEach(Consumer<RecordedEvent> consumer) throws IOException {
    try (RecordingFile recording = new RecordingFile(path)) {
      while (recording.hasMoreEvents()) {
        consumer.accept(recording.readEvent());
      }
    } catch (IOException | RuntimeException broken) {
      throw failure("it cannot be read as a recording: " + broken.getMessage());
    }
  }

  private IOException failure(String why) {
    return new IOException(path + ": " + why);
  }
}
