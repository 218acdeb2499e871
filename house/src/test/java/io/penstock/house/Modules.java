package io.penstock.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the project's modules lie. */
final class Modules {
  private Modules() {}

  /** The project's folder, seen from the tests of this module. */
  static Path root() {
    return Path.of("").toAbsolutePath().getParent();
  }

  /** The folders of the modules: those directly below the root that have a {@code pom.xml}. */
  static List<Path> folders(Path root) {
    try (Stream<Path> folders = Files.list(root)) {
      return folders.filter(folder -> Files.exists(folder.resolve("pom.xml"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The compiled main classes of those modules that have any. */
  static List<Path> classes(Path root) {
    return folders(root).stream()
        .map(folder -> folder.resolve("target/classes"))
        .filter(Files::isDirectory)
        .toList();
  }
}
