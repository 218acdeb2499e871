package io.penstock.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** The project's folder: which files are in it, but for those that a build makes. */
final class Tree {
  private static final Set<String> NOT_OURS = Set.of(".git", "target");

  private final Path root;

  Tree(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  Path root() {
    return root;
  }

  /** All pages, in order of their names. */
  List<Page> pages() throws IOException {
    List<Page> pages = new ArrayList<>();
    for (Path file : files(".md")) {
      pages.add(Page.parse(root.relativize(file), Files.readString(file, UTF_8)));
    }
    return pages;
  }

  /** All files whose names end so, below the root, in order. */
  List<Path> files(String ending) throws IOException {
    return files(root, ending);
  }

  /** All files whose names end so, below a folder, in order; none if it is not there. */
  static List<Path> files(Path folder, String ending) throws IOException {
    List<Path> found = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes unused) {
            boolean ours = directory.equals(folder) || !NOT_OURS.contains(name(directory));
            return ours ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes unused) {
            if (name(file).endsWith(ending)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    Collections.sort(found);
    return found;
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
