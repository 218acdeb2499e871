package io.penstock.linux;

import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.linux.abi.Errno;
import io.penstock.linux.abi.FileCalls;
import io.penstock.linux.abi.NameCalls;
import io.penstock.linux.abi.NativeFailure;
import io.penstock.linux.abi.OpenFlags;
import io.penstock.linux.abi.StatX;
import java.io.IOException;
import java.nio.file.Path;

/** Opens one file or block device for direct I/O, and leaves nothing behind when it cannot. */
final class HostOpener {
  private static final int USUAL_PERMISSIONS = 0666;
  private static final int OWNER_ONLY = 0600;

  private final Path path;
  private final OpenMode mode;

  private HostOpener(Path path, OpenMode mode) {
    this.path = path;
    this.mode = mode;
  }

  /**
   * Opens it.
   *
   * @throws BlockIoException with the number of open(2) and a remedy; EINVAL where direct I/O is
   *     refused
   */
  static HostFile open(Path path, OpenMode mode) throws IOException {
    HostOpener opener = new HostOpener(path, mode);
    return switch (mode.creation()) {
      case NEVER -> opener.existing();
      case IF_ABSENT -> opener.existingOrNew();
      case NEW -> opener.create(OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW, OWNER_ONLY);
    };
  }

  /** Looks before it opens: to open a pipe would wait for its other end. */
  private HostFile existing() throws IOException {
    int node = checked(OpenFlags.O_PATH, NameCalls.open(path, OpenFlags.O_PATH, 0));
    boolean isBlockDevice;
    try {
      isBlockDevice = requireKind(StatX.of(node, path.toString())).isBlockDevice();
    } finally {
      FileCalls.close(node);
    }
    // O_EXCL without O_CREAT is for block devices alone: EBUSY if it is in use.
    return open(isBlockDevice && mode.exclusive() ? OpenFlags.O_EXCL : 0, 0, false);
  }

  /** Tries to create it only where it is not, so as to know whether a new file is our own. */
  private HostFile existingOrNew() throws IOException {
    try {
      return existing();
    } catch (BlockIoException absent) {
      if (absent.errno() != Errno.ENOENT) {
        throw absent;
      }
    }
    try {
      return create(OpenFlags.O_EXCL, USUAL_PERMISSIONS);
    } catch (BlockIoException there) {
      if (there.errno() != Errno.EEXIST) {
        throw there;
      }
    }
    // Somebody has created it meanwhile, or it is a symbolic link to nothing.
    return open(OpenFlags.O_CREAT, USUAL_PERMISSIONS, false);
  }

  private HostFile create(int moreFlags, int permissions) throws IOException {
    return open(OpenFlags.O_CREAT | moreFlags, permissions, true);
  }

  /**
   * Opens it for direct I/O, or else, where that is allowed, without.
   *
   * @param isOurs whether a file that is there after a failure is to be removed
   */
  private HostFile open(int moreFlags, int permissions, boolean isOurs) throws IOException {
    int flags = moreFlags | (mode.writes() ? OpenFlags.O_RDWR : OpenFlags.O_RDONLY);
    try {
      return attempt(flags | OpenFlags.O_DIRECT, permissions, isOurs);
    } catch (BlockIoException refused) {
      if (refused.errno() != Errno.EINVAL || !mode.bufferedFallback()) {
        throw refused;
      }
    }
    return attempt(flags, permissions, isOurs);
  }

  private HostFile attempt(int flags, int permissions, boolean isOurs) throws IOException {
    long fd = NameCalls.open(path, flags, permissions);
    if (fd == -Errno.EINVAL && isOurs) {
      // Refused after O_CREAT has made the file: what the remedy says of that does not apply.
      NameCalls.unlink(path);
      checked(flags & ~OpenFlags.O_CREAT, fd);
    }
    int open = checked(flags, fd);
    boolean taken = false;
    try {
      HostFile file = take(open, OpenFlags.has(flags, OpenFlags.O_DIRECT));
      taken = true;
      return file;
    } finally {
      if (!taken) {
        FileCalls.close(open);
        if (isOurs) {
          NameCalls.unlink(path);
        }
      }
    }
  }

  /** The flag may have been taken and the file still not be transferred directly. */
  private HostFile take(int fd, boolean isDirect) throws IOException {
    String name = path.toString();
    StatX stat = requireKind(StatX.of(fd, name));
    DirectIoAlignment alignment = AlignmentDiscovery.discover(fd, name);
    if (isDirect && !alignment.isSupported()) {
      throw error(Errno.EINVAL, alignment.remedy());
    }
    return HostFile.of(fd, name, stat, isDirect, alignment);
  }

  private StatX requireKind(StatX stat) throws IOException {
    if (stat.isDirectory()) {
      throw error(Errno.EISDIR, "open a file or a block device, not a directory");
    }
    if (!stat.isRegularFile() && !stat.isBlockDevice()) {
      throw error(
          Errno.EINVAL, "direct I/O is for regular files and block devices; this is neither");
    }
    return stat;
  }

  private int checked(int flags, long fd) throws IOException {
    if (fd < 0) {
      throw NativeFailure.ofOpen(path, flags, (int) -fd).toBlockIoException();
    }
    return (int) fd;
  }

  private BlockIoException error(int errno, String detail) {
    return new BlockIoException(
        errno, "open", path.toString(), BlockIoException.NONE, BlockIoException.NONE, detail, null);
  }
}
