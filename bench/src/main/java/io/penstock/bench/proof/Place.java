package io.penstock.bench.proof;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Where claims are looked at.
 *
 * @param kind RAM device, loop device or disk
 * @param file a device or file whose contents may be lost
 * @param length bytes of it
 */
record Place(Kind kind, Path file, long length) {

  /** What it is. */
  enum Kind {
    /** A device in memory that completes in the submission. */
    RAM,
    /** A loop device with direct I/O on a file in memory. */
    LOOP,
    /** A file on a disk. */
    DISK;

    /** Times as many operations as {@code jdk-direct}, with one thread; 0 for no claim. */
    double timesJdkDirect() {
      return switch (this) {
        case RAM -> 0;
        case LOOP -> 2;
        case DISK -> 4;
      };
    }
  }

  /** As on the command line: {@code ram=/dev/zram0=1073741824}. */
  static Place parse(String argument) {
    String[] words = argument.split("=", -1);
    if (words.length != 3) {
      throw new IllegalArgumentException("'" + argument + "' is not KIND=PATH=BYTES");
    }
    return new Place(
        Kind.valueOf(words[0].toUpperCase(Locale.ROOT)),
        Path.of(words[1]),
        Long.parseLong(words[2]));
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
