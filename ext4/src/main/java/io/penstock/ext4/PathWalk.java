package io.penstock.ext4;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.Name;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Follows a path from the root of a volume, name by name. A symbolic link puts its names before
 * those that are left; an absolute one begins at the volume's root again. Not thread-safe.
 */
final class PathWalk {
  private static final int MOST_LINKS = 40;
  private static final int MOST_NAMES = 1 << 16;

  private final Ext4Volume volume;
  private final String path;
  private final Deque<Name> left = new ArrayDeque<>();
  private Ext4Node at;
  private int links;

  private PathWalk(Ext4Volume volume, byte[] path, Ext4Node root) {
    this.volume = volume;
    this.path = Name.of(path).toString();
    at = root;
    push(path);
  }

  /** What a path leads to. */
  static Ext4Node walk(Ext4Volume volume, byte[] path, boolean followLast) throws IOException {
    PathWalk walk = new PathWalk(volume, path, volume.root());
    try {
      return walk.run(followLast);
    } catch (BlockIoException failure) {
      if (!failure.is(Errno.ESTALE)) {
        throw failure;
      }
      throw new BlockIoException(
          Errno.ENOENT.number(),
          "look up",
          walk.path,
          BlockIoException.NONE,
          BlockIoException.NONE,
          "something on the way was removed meanwhile",
          failure);
    }
  }

  /** Puts the names of a path before the others. */
  private void push(byte[] names) {
    Deque<Name> found = new ArrayDeque<>();
    int from = 0;
    for (int i = 0; i <= names.length; i++) {
      if (i == names.length || names[i] == '/') {
        if (i > from) {
          found.push(Name.of(java.util.Arrays.copyOfRange(names, from, i)));
        }
        from = i + 1;
      }
    }
    found.forEach(left::push);
  }

  private Ext4Node run(boolean followLast) throws IOException {
    while (!left.isEmpty()) {
      Name name = left.pop();
      Ext4Node next = step(name);
      if (next.kind() == FileKind.SYMBOLIC_LINK && (followLast || !left.isEmpty())) {
        follow(next);
      } else {
        at = next;
      }
    }
    return at;
  }

  private Ext4Node step(Name name) throws IOException {
    if (at.kind() != FileKind.DIRECTORY) {
      throw new BlockIoException(
          Errno.ENOTDIR, "look up", path, "what comes before " + name + " is a " + at.kind());
    }
    if (at.number() == Inode.ROOT && name.isDots()) {
      return at;
    }
    @Nullable Ext4Node next = at.child(name);
    if (next == null) {
      throw new BlockIoException(Errno.ENOENT, "look up", path, "there is no " + name);
    }
    return next;
  }

  private void follow(Ext4Node link) throws IOException {
    if (++links > MOST_LINKS || left.size() > MOST_NAMES) {
      throw new BlockIoException(
          Errno.ELOOP, "look up", path, "more than " + MOST_LINKS + " symbolic links");
    }
    byte[] target = link.target();
    if (target.length > 0 && target[0] == '/') {
      at = volume.root();
    }
    push(target);
  }
}
