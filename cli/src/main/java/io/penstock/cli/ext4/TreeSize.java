package io.penstock.cli.ext4;

import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.FileKind;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/** How many bytes files have, holes included: what a progress bar goes up to. */
final class TreeSize {
  private long bytes;
  private final Set<Long> directories = new HashSet<>();

  private TreeSize() {}

  /** On the host. */
  static long of(Path top) throws IOException {
    TreeSize size = new TreeSize();
    Path _ =
        Files.walkFileTree(
            top,
            new SimpleFileVisitor<>() {
              @Override
              public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                size.bytes += attributes.isRegularFile() ? attributes.size() : 0;
                return FileVisitResult.CONTINUE;
              }
            });
    return size.bytes;
  }

  /** On a volume. */
  static long of(Ext4Node top) throws IOException {
    TreeSize size = new TreeSize();
    size.add(top);
    return size.bytes;
  }

  private void add(Ext4Node node) throws IOException {
    if (node.kind() == FileKind.REGULAR) {
      bytes += node.inode().size();
    } else if (node.kind() == FileKind.DIRECTORY && directories.add(node.number())) {
      for (DirectoryEntry each : Subtree.entries(node)) {
        add(node.volume().node(each.inode()));
      }
    }
  }
}
