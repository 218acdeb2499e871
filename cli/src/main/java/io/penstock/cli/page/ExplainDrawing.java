package io.penstock.cli.page;

import io.penstock.core.map.MappingKind;
import io.penstock.testkit.explain.Answer;
import io.penstock.testkit.explain.Explanation;
import io.penstock.testkit.explain.Piece;
import io.penstock.testkit.explain.SentBio;
import io.penstock.testkit.explain.Step;
import io.penstock.testkit.explain.StepText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A request as a drawing: the file's blocks on top, the memory's segments, the device operations as
 * bars that join both to the device at the bottom. Every mark carries its exact numbers and the
 * number of the step that made it, from 0. The same explanation gives the same text.
 */
final class ExplainDrawing {
  /** Of the drawing's own units, which are pixels at its smallest readable size. */
  static final int WIDTH = 760;

  private static final double LEFT = 74;
  private static final double RIGHT = 760;
  private static final double FILE = 44;
  private static final double FILE_HEIGHT = 30;
  private static final double MEMORY = 100;
  private static final double MEMORY_HEIGHT = 24;
  private static final double BIOS = 146;
  private static final double ROW = 22;
  private static final double BAR = 18;
  private static final double FALL = 56;
  private static final double DEVICE_HEIGHT = 26;
  private static final double FOOT = 14;
  private static final double LEGEND_WIDTH = 105;

  /** Narrower blocks have no line between them. */
  private static final double NARROWEST_BLOCK = 5;

  private final Explanation of;
  private final FileAxis file;
  private final DeviceAxis devices;
  private final List<List<SentBio>> rows = new ArrayList<>();
  private final Set<String> kinds = new TreeSet<>();
  private final double device;
  private final double height;
  private final ExplainCanvas canvas;
  private final Map<Integer, Integer> stepOfBio = new HashMap<>();
  private double nameFree;

  ExplainDrawing(Explanation of, boolean interactive) {
    this.of = of;
    file = new FileAxis(of, LEFT, RIGHT - LEFT);
    devices = new DeviceAxis(of, LEFT, RIGHT - LEFT);
    of.bios().forEach(this::putInRow);
    device = BIOS + Math.max(1, rows.size()) * ROW + FALL;
    height = device + DEVICE_HEIGHT + 78;
    canvas = new ExplainCanvas(WIDTH, height, interactive);
    for (int i = 0; i < of.steps().size(); i++) {
      if (of.steps().get(i) instanceof Step.Send send) {
        stepOfBio.put(send.bio().number(), i);
      }
    }
  }

  /** What overlaps in the file, as the reading of an edge and its writing, goes side by side. */
  private void putInRow(SentBio bio) {
    for (List<SentBio> row : rows) {
      if (row.stream()
          .noneMatch(
              other -> other.fileOffset() < bio.fileEnd() && bio.fileOffset() < other.fileEnd())) {
        row.add(bio);
        return;
      }
    }
    rows.add(new ArrayList<>(List.of(bio)));
  }

  String draw() {
    canvas.text(0, FILE + 20, "File", "strong");
    canvas.text(0, MEMORY + 17, "Memory", "strong");
    canvas.text(0, BIOS + 14, "Bios", "strong");
    canvas.text(0, device + 18, "Device", "strong");
    blocks();
    request();
    memory();
    for (int row = 0; row < rows.size(); row++) {
      for (SentBio bio : rows.get(row)) {
        bio(bio, BIOS + row * ROW);
      }
    }
    device();
    legend(height - FOOT);
    return canvas.end();
  }

  // --- parts ---

  private void blocks() {
    canvas.mark(-1, "File " + file.from() + ".." + file.to() + ", nothing known yet");
    canvas.rect(file.x(file.from()), FILE, RIGHT - LEFT, FILE_HEIGHT, "unknown");
    canvas.endMark();
    long block = of.subject().blockSize();
    for (int i = 0; i < of.steps().size(); i++) {
      if (of.steps().get(i) instanceof Step.Ask ask && ask.answer() != null) {
        Answer answer = ask.answer();
        if (answer.kind() == MappingKind.WOULD_BLOCK || answer.blocks() < 1) {
          continue;
        }
        long from = ask.firstBlock() * block;
        long to = from + answer.blocks() * block;
        String kind = StepText.kind(answer.kind());
        String where = answer.device() == null ? "" : " at device " + answer.deviceOffset();
        canvas.mark(i, "File " + from + ".." + to + ": " + kind + where);
        box(from, to, FILE, FILE_HEIGHT, kind);
        canvas.endMark();
        kinds.add(kind);
      }
    }
    canvas.text(LEFT, FILE + FILE_HEIGHT + 15, Long.toString(file.from()), "soft");
    String end = Long.toString(file.to());
    canvas.text(RIGHT, FILE + FILE_HEIGHT + 15, end, "soft end");
    double wide = file.x(file.from() + block) - file.x(file.from());
    long lines = wide >= NARROWEST_BLOCK ? (file.to() - file.from()) / block : -1;
    for (long i = 0; i <= lines; i++) {
      double x = file.x(file.from() + i * block);
      canvas.line(x, FILE, x, FILE + FILE_HEIGHT, "block");
    }
  }

  private void request() {
    double from = file.x(of.asked().position());
    double to = file.x(of.asked().end());
    canvas.line(from, FILE - 8, to, FILE - 8, "request");
    canvas.line(from, FILE - 14, from, FILE - 2, "request");
    canvas.line(to, FILE - 14, to, FILE - 2, "request");
    String words =
        of.asked().direction().word() + ' ' + of.asked().position() + ".." + of.asked().end();
    canvas.middle((from + to) / 2, FILE - 20, words, "strong");
    long size = of.subject().size();
    if (size >= file.from() && size <= file.to()) {
      canvas.mark(-1, "End of the file, as the request found it: " + size);
      canvas.line(file.x(size), FILE - 4, file.x(size), FILE + FILE_HEIGHT + 8, "size");
      canvas.endMark();
    }
  }

  private void memory() {
    long at = of.asked().position();
    for (int i = 0; i < of.asked().segments().size(); i++) {
      long length = of.asked().segments().get(i);
      canvas.mark(
          -1,
          "Segment "
              + i
              + " of the memory: "
              + length
              + " bytes, file "
              + at
              + ".."
              + (at + length));
      box(at, at + length, MEMORY, MEMORY_HEIGHT, "segment");
      canvas.fitting(file.x(at), file.x(at + length), MEMORY + 16, "segment " + i, "plain");
      canvas.endMark();
      at += length;
    }
    for (int i = 0; i < of.steps().size(); i++) {
      if (of.steps().get(i) instanceof Step.Fill fill) {
        canvas.mark(
            i,
            "Filled with zeros in memory, without a device: file "
                + fill.from()
                + ".."
                + fill.to());
        box(fill.from(), fill.to(), MEMORY, MEMORY_HEIGHT, "zeros");
        canvas.endMark();
        kinds.add("zeros");
      }
    }
  }

  private void bio(SentBio bio, double y) {
    DeviceAxis.Run run = devices.of(bio);
    StringBuilder tell = new StringBuilder("Bio ").append(bio.number()).append(", ");
    tell.append(bio.direction().word()).append(": file ").append(bio.fileOffset()).append("..");
    tell.append(bio.fileEnd()).append(", device ").append(bio.deviceOffset()).append("..");
    tell.append(bio.deviceEnd()).append(", ").append(bio.length()).append(" bytes in ");
    tell.append(bio.pieces().size()).append(bio.pieces().size() == 1 ? " piece" : " pieces");
    tell.append(bio.forcedUnitAccess() ? ", forced unit access" : "");
    tell.append(". It ends: ").append(bio.end().words());
    int step = stepOfBio.getOrDefault(bio.number(), -1);
    canvas.mark(step, tell.toString());
    double left = file.x(bio.fileOffset());
    double right = file.x(bio.fileEnd());
    canvas.fall(
        left,
        Math.max(right, left + 1),
        y + BAR,
        run.x(bio.deviceOffset()),
        Math.max(run.x(bio.deviceEnd()), run.x(bio.deviceOffset()) + 1),
        device,
        "fall " + bio.direction().word());
    canvas.endMark();
    for (Piece piece : bio.pieces()) {
      String kind = kind(piece);
      canvas.mark(step, "Bio " + bio.number() + ", " + of.text(piece));
      box(piece.fileOffset(), piece.fileEnd(), y, BAR, kind);
      canvas.endMark();
      kinds.add(kind);
    }
    canvas.fitting(left, right, y + BAR - 4, "bio " + bio.number(), "over");
  }

  private static String kind(Piece piece) {
    return switch (piece.source()) {
      case CALLER -> "data";
      case ZEROS -> "zeros";
      case POOLED -> "pooled";
    };
  }

  private void device() {
    double free = 0;
    String named = "";
    for (DeviceAxis.Run run : devices.runs()) {
      canvas.mark(firstStep(run), run.device() + ' ' + run.from() + ".." + run.to());
      canvas.rect(run.x(), device, Math.max(1, run.width()), DEVICE_HEIGHT, "device");
      canvas.endMark();
      String from = Long.toString(run.from());
      if (run.x() >= free && run.x() + from.length() * ExplainCanvas.LETTER <= WIDTH) {
        canvas.text(run.x(), device + DEVICE_HEIGHT + 15, from, "soft");
        free = run.x() + (from.length() + 1) * ExplainCanvas.LETTER;
      }
      if (!named.equals(run.device())) {
        named = run.device();
        name(run.x(), lastName(named));
      }
    }
  }

  /** The step that first told of a run. */
  private int firstStep(DeviceAxis.Run run) {
    for (int i = 0; i < of.steps().size(); i++) {
      if (of.steps().get(i) instanceof Step.Ask ask && ask.answer() != null) {
        Answer answer = ask.answer();
        if (run.device().equals(answer.device())
            && run.from() <= answer.deviceOffset()
            && answer.deviceOffset() < run.to()) {
          return i;
        }
      }
    }
    return -1;
  }

  /** Below the numbers, where it does not lie over the name before. */
  private void name(double x, String words) {
    double width = words.length() * ExplainCanvas.LETTER;
    double from = Math.max(nameFree, Math.min(x, WIDTH - width));
    if (from + width <= WIDTH) {
      canvas.text(from, device + DEVICE_HEIGHT + 36, words, "strong");
      nameFree = from + width + 2 * ExplainCanvas.LETTER;
    }
  }

  /** The last part of a path. */
  private static String lastName(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** What the patterns mean, as far as they occur. */
  private void legend(double y) {
    double x = LEFT;
    for (String kind : kinds) {
      canvas.rect(x, y - 11, 22, 14, kind);
      canvas.text(x + 28, y, kind, "soft");
      x += LEGEND_WIDTH;
      if (x + LEGEND_WIDTH > WIDTH) {
        return;
      }
    }
  }

  /** A part of the file, at least as wide as can be seen. */
  private void box(long from, long to, double y, double height, String style) {
    double x = file.x(from);
    canvas.rect(x, y, Math.max(1.5, file.x(to) - x), height, style);
  }
}
