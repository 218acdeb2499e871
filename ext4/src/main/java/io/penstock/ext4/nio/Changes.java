package io.penstock.ext4.nio;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.Ext4File;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Name;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * Changes of names by path. Failures are those of the JDK. All throw {@link
 * java.nio.file.ReadOnlyFileSystemException} where the volume was opened for reading.
 */
final class Changes {
  private static final int MOST_LINKS = 40;

  private final Ext4FileSystem fileSystem;

  Changes(Ext4FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /** A directory and a name in it. */
  record Place(Ext4Node directory, Name name) {
    @Nullable Ext4Node node() throws IOException {
      return directory.child(name);
    }
  }

  /** Where a path's last name is; the root has none. */
  Place place(Ext4Path path) throws IOException {
    var _ = fileSystem.openForWriting();
    Ext4Path whole = path.toAbsolutePath();
    Name last = whole.lastName();
    Ext4Path parent = whole.getParent();
    if (last == null || parent == null) {
      throw new FileAlreadyExistsException(path.toString(), null, "the root stays as it is");
    }
    try {
      return new Place(fileSystem.node(parent, true), last);
    } catch (NoSuchFileException failure) {
      throw (IOException) new NoSuchFileException(path.toString()).initCause(failure);
    }
  }

  /** Something that throws failures with numbers. */
  interface Change {
    void run() throws IOException;
  }

  /** Does something; failures are those of the JDK. */
  static void run(Ext4Path path, @Nullable Ext4Path other, Change change) throws IOException {
    try {
      change.run();
    } catch (BlockIoException failure) {
      throw JdkFailures.of(failure, path, other);
    }
  }

  // --- opening ---

  /** Opens a file, which is created if that was asked for. */
  Ext4FileChannel open(OpenOptions options, int permissions) throws IOException {
    Ext4Path path = options.path();
    try {
      Ext4Node node = options.writes() ? toWrite(options, permissions) : null;
      Ext4Node found = node == null ? fileSystem.node(path, options.follows()) : node;
      Ext4File file = found.open();
      try {
        if (options.truncates() && file.size() > 0) {
          file.truncate(0);
        }
        return new Ext4FileChannel(fileSystem, file, options);
      } catch (IOException | RuntimeException | Error failure) {
        try (file) {
          throw failure;
        }
      }
    } catch (BlockIoException failure) {
      throw JdkFailures.of(failure, path);
    }
  }

  /** The file to write to: the one that is there, or a new one. */
  private Ext4Node toWrite(OpenOptions options, int permissions) throws IOException {
    Ext4Path at = options.path();
    for (int i = 0; i < MOST_LINKS; i++) {
      Place place = place(at);
      Ext4Node node = place.name().isDots() ? fileSystem.node(at, true) : place.node();
      if (node == null) {
        if (!options.creates() && !options.isNew()) {
          throw new NoSuchFileException(at.toString());
        }
        Ext4Node created = createOrFind(place, options, permissions);
        if (created != null) {
          return created;
        }
      } else if (options.isNew()) {
        throw new FileAlreadyExistsException(at.toString());
      } else if (node.kind() != FileKind.SYMBOLIC_LINK || !options.follows()) {
        return node;
      } else {
        // a link to what is not there yet: the file is created where it leads
        Ext4Path parent = at.toAbsolutePath().getParent();
        Ext4Path target = Ext4Path.parse(fileSystem, node.target());
        at = parent == null ? target : parent.resolve(target);
      }
    }
    throw new BlockIoException(
        Errno.ELOOP, "open", at.toString(), "more than " + MOST_LINKS + " symbolic links");
  }

  /** A new file; null when somebody else was faster and that does not matter. */
  private static @Nullable Ext4Node createOrFind(Place place, OpenOptions options, int permissions)
      throws IOException {
    try {
      return place.directory().createFile(place.name(), permissions);
    } catch (BlockIoException failure) {
      if (options.isNew() || !failure.is(Errno.EEXIST)) {
        throw failure;
      }
      return null;
    }
  }

  // --- creating ---

  void createDirectory(Ext4Path path, int permissions) throws IOException {
    Place place = place(path);
    run(path, null, () -> place.directory().createDirectory(place.name(), permissions));
  }

  void createSymbolicLink(Ext4Path path, Ext4Path target) throws IOException {
    Place place = place(path);
    run(path, null, () -> place.directory().createSymbolicLink(place.name(), target.bytes()));
  }

  void createLink(Ext4Path path, Ext4Path existing) throws IOException {
    Ext4Node node = existing.getFileSystem().node(existing, false);
    Place place = place(path);
    run(path, existing, () -> place.directory().link(place.name(), node));
  }

  // --- removing and moving ---

  void delete(Ext4Path path) throws IOException {
    Place place = place(path);
    run(
        path,
        null,
        () -> {
          Ext4Node node = place.node();
          if (node != null && node.kind() == FileKind.DIRECTORY) {
            place.directory().removeDirectory(place.name());
          } else {
            place.directory().unlink(place.name());
          }
        });
  }

  /** Where something is; what is below a file is not there. */
  private Place sourceOf(Ext4Path path) throws IOException {
    try {
      Place place = place(path);
      if (place.directory().kind() == FileKind.DIRECTORY && place.node() != null) {
        return place;
      }
    } catch (FileSystemException failure) {
      if (!JdkFailures.is(failure, Errno.ENOTDIR)) {
        throw failure;
      }
    }
    throw new NoSuchFileException(path.toString());
  }

  /**
   * Moves a name on the same volume.
   *
   * @param replaces whether something may have the new name already, of whatever kind it is
   * @param atomic whether nobody may find the new name missing meanwhile
   */
  void move(Ext4Path path, Ext4Path target, boolean replaces, boolean atomic) throws IOException {
    Place from = atomic ? place(path) : sourceOf(path);
    Place to = place(target);
    run(
        path,
        target,
        () -> {
          Ext4Node node = from.node();
          Ext4Node there = to.node();
          if (!atomic && node != null && there != null && node.number() != there.number()) {
            if (!replaces) {
              throw new FileAlreadyExistsException(target.toString());
            }
            boolean directory = node.kind() == FileKind.DIRECTORY;
            if (directory != (there.kind() == FileKind.DIRECTORY)) {
              delete(target);
            }
          }
          fileSystem
              .openForWriting()
              .rename(from.directory(), from.name(), to.directory(), to.name(), replaces || atomic);
        });
  }
}
