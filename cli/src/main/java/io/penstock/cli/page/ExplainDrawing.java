package io.penstock.cli.page;

import io.penstock.core.map.MappingKind;
import io.penstock.testkit.explain.Answer;
import io.penstock.testkit.explain.Explanation;
import io.penstock.testkit.explain.Piece;
import io.penstock.testkit.explain.SentBio;
import io.penstock.testkit.explain.Step;
import io.penstock.testkit.explain.StepText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

  private static final int MARGIN = 8;
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
  private static final double LEGEND_WIDTH = 105;

  /** About as wide as a letter of the labels. */
  private static final double LETTER = 8.3;

  /** Narrower blocks have no line between them. */
  private static final double NARROWEST_BLOCK = 5;

  private final Explanation of;
  private final boolean interactive;
  private final Markup svg = new Markup();
  private final FileAxis file;
  private final DeviceAxis devices;
  private final List<List<SentBio>> rows = new ArrayList<>();
  private final Set<String> kinds = new TreeSet<>();
  private final double device;
  private double nameFree;

  ExplainDrawing(Explanation of, boolean interactive) {
    this.of = of;
    this.interactive = interactive;
    file = new FileAxis(of, LEFT, RIGHT - LEFT);
    devices = new DeviceAxis(of, LEFT, RIGHT - LEFT);
    of.bios().forEach(this::putInRow);
    device = BIOS + Math.max(1, rows.size()) * ROW + FALL;
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
    double height = device + DEVICE_HEIGHT + 78;
    svg.begin("svg").with("xmlns", "http://www.w3.org/2000/svg").with("class", "explain");
    svg.with("viewBox", -MARGIN + " 0 " + (WIDTH + 2 * MARGIN) + ' ' + Math.round(height));
    if (!interactive) {
      svg.with("width", Integer.toString(WIDTH + 2 * MARGIN));
      svg.with("height", Long.toString(Math.round(height)));
    }
    svg.with("role", "group");
    svg.with("aria-label", "What the request becomes: file, memory, operations, device");
    svg.begin("style").raw(ExplainStyle.DRAWING).end().raw(ExplainStyle.PATTERNS);
    rect(-MARGIN, 0, WIDTH + 2 * MARGIN, height, "paper").end();
    label(0, FILE + 20, "File");
    label(0, MEMORY + 17, "Memory");
    label(0, BIOS + 14, "Bios");
    label(0, device + 18, "Device");
    blocks();
    request();
    memory();
    for (int row = 0; row < rows.size(); row++) {
      for (SentBio bio : rows.get(row)) {
        bio(bio, BIOS + row * ROW);
      }
    }
    device();
    legend(height - 14);
    return svg.end().toString();
  }

  // --- parts ---

  private void blocks() {
    mark(-1, "File " + file.from() + ".." + file.to() + ", nothing known yet");
    rect(file.x(file.from()), FILE, RIGHT - LEFT, FILE_HEIGHT, "unknown").end();
    svg.end();
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
        mark(i, "File " + from + ".." + to + ": " + kind + where);
        box(from, to, FILE, FILE_HEIGHT, kind);
        svg.end();
        kinds.add(kind);
      }
    }
    text(LEFT, FILE + FILE_HEIGHT + 15, Long.toString(file.from()), "soft");
    String end = Long.toString(file.to());
    text(RIGHT, FILE + FILE_HEIGHT + 15, end, "soft end");
    double wide = file.x(file.from() + block) - file.x(file.from());
    for (long at = file.from(); wide >= NARROWEST_BLOCK && at <= file.to(); at += block) {
      line(file.x(at), FILE, file.x(at), FILE + FILE_HEIGHT, "block");
    }
  }

  private void request() {
    double from = file.x(of.asked().position());
    double to = file.x(of.asked().end());
    line(from, FILE - 8, to, FILE - 8, "request");
    line(from, FILE - 14, from, FILE - 2, "request");
    line(to, FILE - 14, to, FILE - 2, "request");
    String words =
        of.asked().direction().word() + ' ' + of.asked().position() + ".." + of.asked().end();
    middle((from + to) / 2, FILE - 20, words, "strong");
    long size = of.subject().size();
    if (size >= file.from() && size <= file.to()) {
      mark(-1, "End of the file, as the request found it: " + size);
      line(file.x(size), FILE - 4, file.x(size), FILE + FILE_HEIGHT + 8, "size");
      svg.end();
    }
  }

  private void memory() {
    long at = of.asked().position();
    for (int i = 0; i < of.asked().segments().size(); i++) {
      long length = of.asked().segments().get(i);
      mark(
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
      fitting(file.x(at), file.x(at + length), MEMORY + 16, "segment " + i, "plain");
      svg.end();
      at += length;
    }
    for (int i = 0; i < of.steps().size(); i++) {
      if (of.steps().get(i) instanceof Step.Fill fill) {
        mark(
            i,
            "Filled with zeros in memory, without a device: file "
                + fill.from()
                + ".."
                + fill.to());
        box(fill.from(), fill.to(), MEMORY, MEMORY_HEIGHT, "zeros");
        svg.end();
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
    int step = stepOf(bio);
    mark(step, tell.toString());
    double left = file.x(bio.fileOffset());
    double right = file.x(bio.fileEnd());
    String fall =
        String.format(
            Locale.ROOT,
            "%.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f",
            left,
            y + BAR,
            Math.max(right, left + 1),
            y + BAR,
            Math.max(run.x(bio.deviceEnd()), run.x(bio.deviceOffset()) + 1),
            device,
            run.x(bio.deviceOffset()),
            device);
    svg.begin("polygon").with("points", fall);
    svg.with("class", "fall " + bio.direction().word()).end();
    svg.end();
    for (Piece piece : bio.pieces()) {
      String kind = kind(piece);
      mark(step, "Bio " + bio.number() + ", " + of.text(piece));
      box(piece.fileOffset(), piece.fileEnd(), y, BAR, kind);
      svg.end();
      kinds.add(kind);
    }
    fitting(left, right, y + BAR - 4, "bio " + bio.number(), "over");
  }

  private int stepOf(SentBio bio) {
    return of.steps().indexOf(new Step.Send(bio));
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
      mark(firstStep(run), run.device() + ' ' + run.from() + ".." + run.to());
      rect(run.x(), device, Math.max(1, run.width()), DEVICE_HEIGHT, "device").end();
      svg.end();
      String from = Long.toString(run.from());
      if (run.x() >= free && run.x() + from.length() * LETTER <= WIDTH) {
        text(run.x(), device + DEVICE_HEIGHT + 15, from, "soft");
        free = run.x() + (from.length() + 1) * LETTER;
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
    double width = words.length() * LETTER;
    double from = Math.max(nameFree, Math.min(x, WIDTH - width));
    if (from + width <= WIDTH) {
      text(from, device + DEVICE_HEIGHT + 36, words, "strong");
      nameFree = from + width + 2 * LETTER;
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
      rect(x, y - 11, 22, 14, kind).end();
      text(x + 28, y, kind, "soft");
      x += LEGEND_WIDTH;
      if (x + LEGEND_WIDTH > WIDTH) {
        return;
      }
    }
  }

  // --- marks ---

  /**
   * Begins a mark, to be ended by the caller.
   *
   * @param step that made it; -1 for what was there before
   * @param tells its exact numbers
   */
  private void mark(int step, String tells) {
    svg.begin("g").with("class", "mark");
    if (interactive) {
      svg.with("tabindex", "0").with("role", "img").with("aria-label", tells);
      svg.with("data-step", Integer.toString(step));
    }
    svg.begin("title").text(tells).end();
  }

  /** A part of the file, at least as wide as can be seen. */
  private void box(long from, long to, double y, double height, String style) {
    double x = file.x(from);
    rect(x, y, Math.max(1.5, file.x(to) - x), height, style).end();
  }

  private Markup rect(double x, double y, double width, double height, String style) {
    svg.begin("rect").with("x", x).with("y", y).with("width", width).with("height", height);
    return svg.with("class", style);
  }

  private void line(double x1, double y1, double x2, double y2, String style) {
    svg.begin("line").with("x1", x1).with("y1", y1).with("x2", x2).with("y2", y2);
    svg.with("class", style).end();
  }

  private void label(double x, double y, String words) {
    text(x, y, words, "strong");
  }

  private void text(double x, double y, String words, String style) {
    svg.begin("text").with("x", x).with("y", y).with("class", style).text(words).end();
  }

  /** Around the middle, but inside the drawing. */
  private void middle(double x, double y, String words, String style) {
    double half = words.length() * LETTER / 2;
    text(Math.clamp(x, half, WIDTH - half), y, words, style + " middle");
  }

  /** In the middle between two edges, if it fits there. */
  private void fitting(double from, double to, double y, String words, String style) {
    double width = words.length() * LETTER;
    if (to - from >= width + 4) {
      text((from + to) / 2, y, words, style + " middle");
    }
  }
}
