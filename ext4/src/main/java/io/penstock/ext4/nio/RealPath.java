package io.penstock.ext4.nio;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Name;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Finds the path of what a path leads to: without dots and, if wanted, without symbolic links. */
final class RealPath {
  private static final int MOST_LINKS = 40;

  private final Ext4FileSystem fileSystem;
  private final boolean follow;
  private final Deque<Name> left = new ArrayDeque<>();
  private final List<Name> names = new ArrayList<>();

  /** For each of the names, whether it is a symbolic link that was kept. */
  private final List<Boolean> links = new ArrayList<>();

  private int followed;

  private RealPath(Ext4FileSystem fileSystem, boolean follow) {
    this.fileSystem = fileSystem;
    this.follow = follow;
  }

  /** The real path of an absolute one. */
  static Ext4Path of(Ext4Path path, boolean follow) throws IOException {
    RealPath walk = new RealPath(path.getFileSystem(), follow);
    walk.left.addAll(path.names());
    try {
      return walk.run();
    } catch (BlockIoException failure) {
      throw JdkFailures.of(failure, path);
    }
  }

  private Ext4Path path() {
    return Ext4Path.of(fileSystem, true, names);
  }

  private Ext4Path run() throws IOException {
    Ext4Volume volume = fileSystem.open();
    while (!left.isEmpty()) {
      Name name = left.pop();
      if (name.is(".")) {
        continue;
      }
      if (name.is("..") && (names.isEmpty() || !links.getLast())) {
        if (!names.isEmpty()) {
          names.removeLast();
          links.removeLast();
        }
        continue;
      }
      names.add(name);
      Ext4Node node = volume.resolve(path().bytes(), false);
      links.add(node.kind() == FileKind.SYMBOLIC_LINK);
      if (links.getLast() && follow) {
        follow(node);
      }
    }
    return path();
  }

  private void follow(Ext4Node link) throws IOException {
    if (++followed > MOST_LINKS) {
      throw new BlockIoException(
          Errno.ELOOP, "look up", path().toString(), "more than " + MOST_LINKS + " symbolic links");
    }
    names.removeLast();
    links.removeLast();
    Ext4Path target = Ext4Path.parse(fileSystem, link.target());
    if (target.isAbsolute()) {
      names.clear();
      links.clear();
    }
    target.names().reversed().forEach(left::push);
  }
}
