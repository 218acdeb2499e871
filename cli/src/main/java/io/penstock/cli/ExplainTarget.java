package io.penstock.cli;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.penstock.core.bio.Direction;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.ext4.Ext4File;
import io.penstock.ext4.Ext4Options;
import io.penstock.ext4.Ext4Volume;
import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.file.Engines;
import io.penstock.testkit.explain.Explainer;
import io.penstock.testkit.explain.Explanation;
import io.penstock.testkit.explain.HostRecording;
import io.penstock.testkit.explain.LayoutSketch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A request, and what it can be explained on.
 *
 * @param direction which way the bytes go
 * @param range of the file
 * @param segments lengths of the memory's segments
 * @param skew bytes by which every segment is off an aligned address
 * @param flags how the request wants to be treated
 */
record ExplainTarget(
    Direction direction, ByteRange range, List<Long> segments, int skew, IoFlags flags) {

  /**
   * What came out.
   *
   * @param explanation step by step
   * @param notes further lines: what the host knows of the place
   */
  record Explained(Explanation explanation, List<String> notes) {}

  private static final int MOST_NOTES = 12;
  private static final String WHOLE_BLOCKS =
      "This is the engine, which takes whole logical blocks; a volume's files can be read at any"
          + " position, by way of the blocks around it.";

  /** On a made-up layout. */
  Explained sketch(LayoutSketch sketch) {
    return new Explained(explain(Explainer.of(sketch)), List.of());
  }

  /** On a file of a volume, which is opened for reading. */
  Explained volume(Path image, String path) throws IOException {
    OpenMode mode = OpenMode.READ.withBufferedFallback(true);
    try (HostDevice device = Engines.open(image, Engines.AUTO, mode);
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ);
        Ext4File file = volume.resolve(path.getBytes(StandardCharsets.UTF_8), true).open()) {
      Explanation explanation = explain(Explainer.of(file.blockFile()));
      boolean refused = explanation.result().error() != null && explanation.questions().isEmpty();
      return new Explained(explanation, refused ? List.of(WHOLE_BLOCKS) : List.of());
    }
  }

  private Explanation explain(Explainer explainer) {
    Explainer ready =
        explainer
            .segments(segments.stream().mapToLong(Long::longValue).toArray())
            .addresses(skew)
            .flags(flags);
    return direction == Direction.WRITE
        ? ready.write(range.offset(), range.length())
        : ready.read(range.offset(), range.length());
  }

  /** On a file or block device of the host, which is opened for reading. */
  Explained file(Path path, int unit) throws IOException {
    HostRecording recording = new HostRecording(Engines.choose(Engines.AUTO).provider(), unit);
    DirectFileOptions options =
        DirectFileOptions.DEFAULT
            .withProvider(recording)
            .withLayoutView(recording::view)
            .withBufferedFallback(true)
            .withExclusive(false);
    OpenOption[] modes =
        direction == Direction.WRITE
            ? new OpenOption[] {READ, WRITE, options}
            : new OpenOption[] {READ, options};
    try (DirectFile file = DirectFile.open(path, modes)) {
      Explanation explanation =
          recording.explain(
              path.toString(),
              direction,
              range.offset(),
              range.length(),
              segments,
              skew,
              flags,
              memory -> run(file, memory));
      return new Explained(explanation, notes(path));
    }
  }

  private long run(DirectFile file, IoVector memory) throws IOException {
    if (direction == Direction.READ) {
      return file.read(memory, range.offset());
    }
    file.write(memory, range.offset(), flags);
    return memory.total();
  }

  /** Where the host has put the bytes, as far as it tells. */
  private List<String> notes(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return List.of();
    }
    FileMap map = FileMap.of(path);
    List<String> notes = new ArrayList<>();
    long end = range.offset() + range.length();
    for (FileMap.Run run : map.runs()) {
      if (run.end() > range.offset() && run.start() < end) {
        notes.add(
            "On disk ("
                + map.source()
                + "): "
                + run.start()
                + ".."
                + run.end()
                + ' '
                + run.kind().name().toLowerCase(java.util.Locale.ROOT)
                + (run.physical() < 0 ? "" : " at " + run.physical())
                + (run.isShared() ? ", shared" : ""));
      }
    }
    int more = notes.size() - MOST_NOTES;
    if (more > 0) {
      notes = new ArrayList<>(notes.subList(0, MOST_NOTES));
      notes.add("… and " + more + " runs more; penstock map shows all");
    }
    return notes;
  }
}
