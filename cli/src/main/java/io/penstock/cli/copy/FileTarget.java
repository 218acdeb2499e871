package io.penstock.cli.copy;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.file.JdkErrors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A file: written under a temporary name in the same directory, which only its owner may read, and
 * renamed when it is complete. Until then the old file of that name, if any, is as it was; whatever
 * happens, no half file is left, not even when the process is told to end.
 */
final class FileTarget extends Target {
  private final Temporary temporary;
  private final @Nullable Set<PosixFilePermission> permissions;

  private FileTarget(
      Path path,
      Temporary temporary,
      HostDevice device,
      @Nullable Set<PosixFilePermission> permissions) {
    super(path, device);
    this.temporary = temporary;
    this.permissions = permissions;
  }

  /**
   * Creates the temporary file.
   *
   * @param path the name it will have in the end
   * @param permissions it will have in the end; null to leave it to its owner
   */
  static FileTarget create(
      Path path, DeviceProvider provider, int depth, @Nullable Set<PosixFilePermission> permissions)
      throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new BlockIoException(
          Errno.ENOENT, "create", path.toString(), "its directory is not there; create it first");
    }
    String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Temporary temporary = new Temporary(directory.resolve(".penstock-copy-" + unique));
    try {
      return new FileTarget(path, temporary, temporary.create(provider, depth), permissions);
    } catch (IOException e) {
      temporary.remove();
      throw new TemporaryName(temporary.path, path).explain(e);
    }
  }

  @Override
  Path currentPath() {
    return temporary.published ? path() : temporary.path;
  }

  /** Space first: a file system that has not enough says so before anything is written. */
  @Override
  void prepare(long size, boolean dense) throws IOException {
    device().setLength(size);
    if (dense && size > 0) {
      device().preallocate(0, size);
    }
  }

  /** The file is new: what is not written is a hole. */
  @Override
  boolean leaveOut(long from, long length) {
    return true;
  }

  @Override
  void complete(long size) throws IOException {
    if (device().length() != size) {
      device().setLength(size); // the last block was written whole
    }
  }

  @Override
  void publish(boolean sync) throws IOException {
    if (permissions != null) {
      temporary.setPermissions(permissions);
    }
    if (sync) {
      device().flush();
    }
    temporary.rename(path());
    if (sync) {
      syncDirectory();
    }
  }

  private void syncDirectory() throws IOException {
    Path directory = path().toAbsolutePath().getParent();
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw JdkErrors.at("sync the directory of", path(), e);
    }
  }

  @Override
  void abandon() {
    temporary.remove();
  }

  /**
   * The file under its temporary name. What removes it when the process is told to end is there
   * before the file is, and both wait for each other, so that there is no moment in which it could
   * be left behind.
   */
  private static final class Temporary {
    private final Path path;
    private final Thread atExit;
    private boolean created;
    private @Nullable Object key;
    private boolean published;
    private boolean removed;

    Temporary(Path path) {
      this.path = path;
      atExit = Thread.ofPlatform().name("penstock-remove-temporary").unstarted(this::removeFile);
    }

    HostDevice create(DeviceProvider provider, int depth) throws IOException {
      try {
        Runtime.getRuntime().addShutdownHook(atExit);
      } catch (IllegalStateException ending) {
        throw interrupted("create");
      }
      synchronized (this) {
        if (removed) {
          throw interrupted("create");
        }
        HostDevice device = provider.open(path, OpenMode.CREATE_NEW.withDepth(depth));
        created = true;
        try {
          key = keyNow();
        } catch (IOException e) {
          device.close();
          throw e;
        }
        return device;
      }
    }

    /** Of the file itself: what might lie under its name by now is not followed. */
    void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
      requireOwn();
      PosixFileAttributeView view =
          Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      view.setPermissions(permissions);
    }

    synchronized void rename(Path to) throws IOException {
      if (removed) {
        throw interrupted("rename");
      }
      requireOwn();
      try {
        Files.move(path, to, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw JdkErrors.at("rename", to, e);
      }
      published = true;
    }

    /** In a directory where others may write the name may be another file's by now. */
    private void requireOwn() throws IOException {
      if (!Objects.equals(key, keyNow())) {
        throw new BlockIoException(
            Errno.ESTALE,
            "rename",
            path.toString(),
            "somebody has put another file in the place of the copy; start it again in a directory"
                + " of your own");
      }
    }

    private @Nullable Object keyNow() throws IOException {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    }

    void remove() {
      removeFile();
      try {
        Runtime.getRuntime().removeShutdownHook(atExit);
      } catch (IllegalStateException e) {
        // The process is ending: the hook runs or has run, and finds nothing to do.
      }
    }

    private synchronized void removeFile() {
      if (published || removed) {
        return;
      }
      removed = true;
      try {
        if (created) {
          Files.deleteIfExists(path);
        }
      } catch (IOException e) {
        System.err.println("penstock copy: cannot remove " + path + ": " + e.getMessage());
      }
    }

    private BlockIoException interrupted(String operation) {
      return new BlockIoException(
          Errno.ECANCELED, operation, path.toString(), "the copy was interrupted; start it again");
    }
  }
}
