package io.penstock.cli;

import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.file.Engines;
import io.penstock.linux.ExtentMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Extents and holes of a file, without gaps.
 *
 * @param size of the file, bytes
 * @param source who said so
 * @param runs in ascending order, from 0 to the end of the file or of its last extent
 */
record FileMap(long size, String source, List<Run> runs) {

  /** What a run is. */
  enum Kind {
    /** Holds data. */
    DATA('#'),
    /** Set aside, reads as zeros. */
    UNWRITTEN('u'),
    /** Nothing is there; reads as zeros. */
    HOLE('.');

    private final char sign;

    Kind(char sign) {
      this.sign = sign;
    }

    /** How the picture shows it. */
    char sign() {
      return sign;
    }
  }

  /**
   * A run of bytes of one kind.
   *
   * @param start from the start of the file
   * @param end exclusive
   * @param kind what it is
   * @param physical from the start of the disk; -1 if not known
   * @param isShared whether other files use it too
   */
  record Run(long start, long end, Kind kind, long physical, boolean isShared) {
    static Run hole(long start, long end) {
      return new Run(start, end, Kind.HOLE, -1, false);
    }
  }

  /** The map of a regular file, by FIEMAP, else by SEEK_DATA and SEEK_HOLE. */
  static FileMap of(Path path) throws IOException {
    Optional<List<ExtentMap.Extent>> extents = ExtentMap.of(path);
    return extents.isPresent() ? ofExtents(Files.size(path), extents.get()) : ofSeeking(path);
  }

  static FileMap ofExtents(long size, List<ExtentMap.Extent> extents) {
    List<Run> runs = new ArrayList<>();
    long at = 0;
    for (ExtentMap.Extent each : extents) {
      if (each.start() > at) {
        runs.add(Run.hole(at, each.start()));
      }
      at = each.start() + each.length();
      Kind kind = each.isUnwritten() ? Kind.UNWRITTEN : Kind.DATA;
      runs.add(new Run(each.start(), at, kind, each.physical(), each.isShared()));
    }
    if (at < size) {
      runs.add(Run.hole(at, size));
    }
    return new FileMap(size, "FIEMAP", runs);
  }

  private static FileMap ofSeeking(Path path) throws IOException {
    OpenMode mode = OpenMode.READ.withBufferedFallback(true);
    try (HostDevice device = Engines.open(path, Engines.AUTO, mode)) {
      return ofSeeking(device);
    }
  }

  /** By seeking. The file may change meanwhile: an answer that does not lead on ends the map. */
  static FileMap ofSeeking(HostDevice device) throws IOException {
    List<Run> runs = new ArrayList<>();
    long size = device.length();
    long at = 0;
    while (at < size) {
      long data = device.nextData(at);
      long holeEnd = data < 0 ? size : Math.clamp(data, at, size);
      if (holeEnd > at) {
        runs.add(Run.hole(at, holeEnd));
      }
      at = holeEnd;
      if (at < size) {
        long hole = device.nextHole(at);
        long dataEnd = hole <= at ? size : Math.min(hole, size);
        runs.add(new Run(at, dataEnd, Kind.DATA, -1, false));
        at = dataEnd;
      }
    }
    String source = device.knowsHoles() ? "SEEK_DATA" : "unknown: all counted as data";
    return new FileMap(size, source, runs);
  }

  /** Bytes of a kind. */
  long total(Kind kind) {
    return runs.stream()
        .filter(run -> run.kind() == kind)
        .mapToLong(run -> run.end() - run.start())
        .sum();
  }

  /** One sign per equal part of the file: that of the kind that has most of the part. */
  String picture(int width) {
    if (runs.isEmpty()) {
      return "";
    }
    long end = runs.getLast().end();
    int signs = (int) Math.min(width, end);
    StringBuilder picture = new StringBuilder(signs);
    int first = 0;
    for (int i = 0; i < signs; i++) {
      long from = share(end, i, signs);
      long to = share(end, i + 1, signs);
      while (runs.get(first).end() <= from) {
        first++;
      }
      picture.append(mostOf(first, from, to).sign());
    }
    return picture.toString();
  }

  private static long share(long end, int part, int parts) {
    return end / parts * part + end % parts * part / parts;
  }

  private Kind mostOf(int first, long from, long to) {
    Map<Kind, Long> bytes = new EnumMap<>(Kind.class);
    for (int i = first; i < runs.size() && runs.get(i).start() < to; i++) {
      Run run = runs.get(i);
      bytes.merge(run.kind(), Math.min(to, run.end()) - Math.max(from, run.start()), Long::sum);
    }
    return Collections.max(bytes.entrySet(), Map.Entry.comparingByValue()).getKey();
  }
}
