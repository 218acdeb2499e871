package io.penstock.ext4.nio;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import org.jspecify.annotations.Nullable;

/**
 * Failures as programs of {@code java.nio.file} expect them; the one with the number is their
 * cause.
 */
final class JdkFailures {
  private JdkFailures() {}

  /** The exception of the JDK for a failure with this path. */
  static IOException of(IOException failure, Path path) {
    return of(failure, path, null);
  }

  /**
   * The exception of the JDK for a failure with one or two paths.
   *
   * @throws ReadOnlyFileSystemException for EROFS
   */
  static IOException of(IOException failure, Path path, @Nullable Path other) {
    if (!(failure instanceof BlockIoException known)) {
      return failure;
    }
    Errno errno = Errno.of(known.errno());
    if (errno == Errno.EROFS) {
      ReadOnlyFileSystemException refused = new ReadOnlyFileSystemException();
      refused.initCause(failure);
      throw refused;
    }
    IOException same =
        named(known, errno, path.toString(), other == null ? null : other.toString());
    if (same == null) {
      return failure;
    }
    same.initCause(failure);
    return same;
  }

  /** Whether a failure has a number, or is the JDK's for one that has. */
  static boolean is(IOException failure, Errno errno) {
    return failure instanceof BlockIoException known && known.is(errno)
        || failure.getCause() instanceof BlockIoException cause && cause.is(errno);
  }

  private static @Nullable IOException named(
      BlockIoException failure, @Nullable Errno errno, String path, @Nullable String other) {
    return switch (errno) {
      case ENOENT, ESTALE -> new NoSuchFileException(path, other, null);
      case EEXIST -> new FileAlreadyExistsException(path, other, null);
      case ENOTEMPTY -> new DirectoryNotEmptyException(other == null ? path : other);
      case EACCES -> new AccessDeniedException(path, other, null);
      case ELOOP -> new FileSystemException(path, other, "Too many levels of symbolic links");
      case ENOTDIR -> new FileSystemException(path, other, "Not a directory");
      case EISDIR -> new FileSystemException(path, other, "Is a directory");
      case EPERM, EINVAL, ENAMETOOLONG, EMLINK, EXDEV, ENOSPC, ENODATA, EOPNOTSUPP ->
          new FileSystemException(path, other, failure.getMessage());
      case null, default -> null;
    };
  }

  /** The exception for what is no symbolic link. */
  static IOException notALink(IOException failure, Path path) {
    if (!(failure instanceof BlockIoException known) || !known.is(Errno.EINVAL)) {
      return of(failure, path);
    }
    NotLinkException same = new NotLinkException(path.toString());
    same.initCause(failure);
    return same;
  }
}
