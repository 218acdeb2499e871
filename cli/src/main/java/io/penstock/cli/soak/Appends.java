package io.penstock.cli.soak;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What was appended to a file, by whomever. */
final class Appends {
  /** One append that was reported. */
  static final class Entry {
    final int id;
    final long position;
    final int length;

    /** Flushes that had failed before it began. */
    final long failuresBefore;

    boolean durable;

    Entry(int id, long position, int length, long failuresBefore) {
      this.id = id;
      this.position = position;
      this.length = length;
      this.failuresBefore = failuresBefore;
    }

    boolean overlaps(Entry other) {
      return position < other.position + other.length && other.position < position + length;
    }

    @Override
    public String toString() {
      return "append " + id + " of " + length + " bytes at " + position;
    }
  }

  final Path path;
  final List<Entry> entries = new ArrayList<>();

  Appends(Path path) {
    this.path = path;
  }
}
