package io.penstock.ext4.nio;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;

/**
 * Copies a directory with all that is in it, to or from a volume or between two, by {@code
 * java.nio.file} alone, with attributes. Several names of one file stay that.
 */
public final class TreeCopier extends SimpleFileVisitor<Path> {
  private final Path from;
  private final Path to;
  private final FileSystem targetSystem;
  private final Map<Object, Path> copied = new HashMap<>();

  private TreeCopier(Path from, Path to) {
    this.from = from;
    this.to = to;
    targetSystem = to.getFileSystem();
  }

  /** Copies one directory to another, which is made if it is not there. */
  public static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(from, new TreeCopier(from, to));
  }

  private Path target(Path path) {
    Path below = from.relativize(path);
    if (below instanceof Ext4Path names && to instanceof Ext4Path top) {
      return top.resolve(Ext4Path.parse((Ext4FileSystem) targetSystem, names.bytes()));
    }
    return to.resolve(below.toString());
  }

  @Override
  public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
      throws IOException {
    if (path.endsWith("lost+found")) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    if (!Files.isDirectory(target(path))) {
      Files.copy(path, target(path), StandardCopyOption.COPY_ATTRIBUTES);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
    Path copy = target(path);
    Path before = copied.putIfAbsent(attributes.fileKey(), copy);
    if (before != null) {
      Files.createLink(copy, before);
    } else if (attributes.isSymbolicLink() && from.getClass() != to.getClass()) {
      String text = Files.readSymbolicLink(path).toString();
      Files.createSymbolicLink(copy, targetSystem.getPath(text));
    } else {
      Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    }
    return FileVisitResult.CONTINUE;
  }
}
