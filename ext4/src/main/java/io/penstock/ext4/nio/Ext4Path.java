package io.penstock.ext4.nio;

import io.penstock.ext4.format.Name;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path on a volume: names of bytes. Double slashes and one at the end are not kept. The path
 * without a name has one that is empty, as with other file systems. Immutable.
 */
final class Ext4Path implements Path {
  private static final Name EMPTY = Name.of("");
  private static final Name DOT = Name.of(".");
  private static final Name DOTS = Name.of("..");

  private final Ext4FileSystem fileSystem;
  private final boolean absolute;
  private final List<Name> names;

  private Ext4Path(Ext4FileSystem fileSystem, boolean absolute, List<Name> names) {
    this.fileSystem = fileSystem;
    this.absolute = absolute;
    this.names = names.isEmpty() && !absolute ? List.of(EMPTY) : List.copyOf(names);
  }

  /** A path of names; names that are empty are not allowed. */
  static Ext4Path of(Ext4FileSystem fileSystem, boolean absolute, List<Name> names) {
    return new Ext4Path(fileSystem, absolute, names);
  }

  /** A path of bytes. */
  static Ext4Path parse(Ext4FileSystem fileSystem, byte[] bytes) {
    List<Name> names = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '/') {
        if (i > from) {
          names.add(Name.of(Arrays.copyOfRange(bytes, from, i)));
        }
        from = i + 1;
      }
    }
    return new Ext4Path(fileSystem, bytes.length > 0 && bytes[0] == '/', names);
  }

  /** The same path as one of a volume. */
  static Ext4Path of(Path path) {
    if (path instanceof Ext4Path ours) {
      return ours;
    }
    throw new ProviderMismatchException(path + " is not a path on an ext4 volume");
  }

  /** Its bytes. */
  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < names.size(); i++) {
      if (i > 0 || absolute) {
        bytes.write('/');
      }
      bytes.writeBytes(names.get(i).bytes());
    }
    if (names.isEmpty()) {
      bytes.write('/');
    }
    return bytes.toByteArray();
  }

  /** Its names; an empty path has none here. */
  List<Name> names() {
    return isEmpty() ? List.of() : names;
  }

  /** Its last name; null of the root and of an empty path. */
  @Nullable Name lastName() {
    return names.isEmpty() || isEmpty() ? null : names.getLast();
  }

  private boolean isEmpty() {
    return !absolute && names.size() == 1 && names.getFirst().length() == 0;
  }

  private Ext4Path with(boolean isAbsolute, List<Name> others) {
    return new Ext4Path(fileSystem, isAbsolute, others);
  }

  // --- its parts ---

  @Override
  public Ext4FileSystem getFileSystem() {
    return fileSystem;
  }

  @Override
  public boolean isAbsolute() {
    return absolute;
  }

  @Override
  public @Nullable Ext4Path getRoot() {
    return absolute ? fileSystem.root() : null;
  }

  @Override
  public @Nullable Ext4Path getFileName() {
    return names.isEmpty() ? null : with(false, List.of(names.getLast()));
  }

  @Override
  public @Nullable Ext4Path getParent() {
    if (names.isEmpty() || names.size() == 1 && !absolute) {
      return null;
    }
    return with(absolute, names.subList(0, names.size() - 1));
  }

  @Override
  public int getNameCount() {
    return names.size();
  }

  @Override
  public Ext4Path getName(int index) {
    return subpath(index, index + 1);
  }

  @Override
  public Ext4Path subpath(int from, int to) {
    if (from < 0 || to > names.size() || from >= to) {
      throw new IllegalArgumentException(
          "names " + from + " to " + to + " are not some of " + names.size());
    }
    return isEmpty() ? this : with(false, names.subList(from, to));
  }

  @Override
  public boolean startsWith(Path other) {
    if (!(other instanceof Ext4Path path) || path.fileSystem != fileSystem) {
      return false;
    }
    return path.absolute == absolute
        && path.names.size() <= names.size()
        && names.subList(0, path.names.size()).equals(path.names);
  }

  @Override
  public boolean endsWith(Path other) {
    if (!(other instanceof Ext4Path path) || path.fileSystem != fileSystem) {
      return false;
    }
    if (path.absolute) {
      return equals(path);
    }
    int before = names.size() - path.names.size();
    return before >= 0 && names.subList(before, names.size()).equals(path.names);
  }

  // --- others from it ---

  @Override
  public Ext4Path normalize() {
    if (isEmpty()) {
      return this;
    }
    List<Name> kept = new ArrayList<>();
    for (Name each : names) {
      if (each.equals(DOTS) && !kept.isEmpty() && !kept.getLast().equals(DOTS)) {
        kept.removeLast();
      } else if (!each.equals(DOT) && !(each.equals(DOTS) && absolute)) {
        kept.add(each);
      }
    }
    return with(absolute, kept);
  }

  @Override
  public Ext4Path resolve(Path other) {
    Ext4Path path = of(other);
    if (path.absolute || isEmpty()) {
      return path;
    }
    List<Name> all = new ArrayList<>(names);
    all.addAll(path.names());
    return with(absolute, all);
  }

  /** The path of a name below this one. */
  Ext4Path child(Name name) {
    List<Name> all = new ArrayList<>(names());
    all.add(name);
    return with(absolute, all);
  }

  @Override
  public Ext4Path relativize(Path other) {
    Ext4Path path = of(other);
    if (path.absolute != absolute || path.fileSystem != fileSystem) {
      throw new IllegalArgumentException(
          "between " + this + " and " + other + " there is no relative path: make both absolute");
    }
    if (isEmpty()) {
      return path;
    }
    List<Name> from = normalize().names();
    List<Name> to = path.normalize().names();
    int common = 0;
    while (common < Math.min(from.size(), to.size()) && from.get(common).equals(to.get(common))) {
      common++;
    }
    List<Name> relative = new ArrayList<>();
    for (Name each : from.subList(common, from.size())) {
      if (each.equals(DOTS)) {
        throw new IllegalArgumentException(
            "from " + this + ", which begins above, no path leads to " + other);
      }
      relative.add(DOTS);
    }
    relative.addAll(to.subList(common, to.size()));
    return with(false, relative);
  }

  @Override
  public Ext4Path toAbsolutePath() {
    return absolute ? this : with(true, names());
  }

  @Override
  public Ext4Path toRealPath(LinkOption... options) throws IOException {
    boolean follow = !Arrays.asList(options).contains(LinkOption.NOFOLLOW_LINKS);
    return RealPath.of(toAbsolutePath(), follow);
  }

  @Override
  public URI toUri() {
    return ImageUri.of(fileSystem.image(), toAbsolutePath().bytes());
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException("volumes are not watched; list the directory again");
  }

  // --- as a value ---

  @Override
  public int compareTo(Path other) {
    return Arrays.compareUnsigned(bytes(), of(other).bytes());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ext4Path path
        && path.fileSystem == fileSystem
        && path.absolute == absolute
        && path.names.equals(names);
  }

  @Override
  public int hashCode() {
    return 31 * names.hashCode() + Boolean.hashCode(absolute);
  }

  @Override
  public String toString() {
    return NameText.of(bytes());
  }
}
