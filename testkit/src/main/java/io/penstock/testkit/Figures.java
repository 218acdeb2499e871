package io.penstock.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a proof counted: names and values in the order they were put, to be kept as a file of lines
 * {@code name=value} from which pages are made. Names are lower-case words with dots and dashes.
 * Not thread-safe.
 */
public final class Figures {
  private final Map<String, String> values = new LinkedHashMap<>();

  /** None yet. */
  public Figures() {}

  /** Adds a count or an amount; the name says of what. */
  public Figures put(String name, long value) {
    return put(name, Long.toString(value));
  }

  /**
   * Adds a value.
   *
   * @throws IllegalArgumentException when the name is no name, is there already, or the value is
   *     longer than a line
   */
  public Figures put(String name, String value) {
    if (!name.matches("[a-z0-9][a-z0-9.-]*")) {
      throw new IllegalArgumentException("figure '" + name + "' must be of a-z, 0-9, '.' and '-'");
    }
    if (value.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("figure '" + name + "' has more than a line: " + value);
    }
    if (values.putIfAbsent(name, value) != null) {
      throw new IllegalArgumentException("figure '" + name + "' is there already");
    }
    return this;
  }

  /** Writes the file, and the directories above it. */
  public void write(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Files.writeString(file, this + "\n");
  }

  /** The lines, without the last line's end. */
  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(each -> each.getKey() + "=" + each.getValue())
        .collect(Collectors.joining("\n"));
  }
}
