package io.penstock.file;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the error number in an exception of the JDK, which gives only the text of strerror(3). In a
 * language other than English the text is not recognised and the number is EIO; the text itself is
 * kept.
 */
public final class JdkErrors {
  private static final Map<String, Errno> TEXTS =
      Map.ofEntries(
          Map.entry("Operation not permitted", Errno.EPERM),
          Map.entry("No such file or directory", Errno.ENOENT),
          Map.entry("No such device or address", Errno.ENXIO),
          Map.entry("Permission denied", Errno.EACCES),
          Map.entry("Device or resource busy", Errno.EBUSY),
          Map.entry("File exists", Errno.EEXIST),
          Map.entry("No such device", Errno.ENODEV),
          Map.entry("Not a directory", Errno.ENOTDIR),
          Map.entry("Is a directory", Errno.EISDIR),
          Map.entry("Invalid argument", Errno.EINVAL),
          Map.entry("Too many open files in system", Errno.ENFILE),
          Map.entry("Too many open files", Errno.EMFILE),
          Map.entry("File too large", Errno.EFBIG),
          Map.entry("No space left on device", Errno.ENOSPC),
          Map.entry("Read-only file system", Errno.EROFS),
          Map.entry("Function not implemented", Errno.ENOSYS),
          Map.entry("Operation not supported", Errno.EOPNOTSUPP),
          Map.entry("Connection timed out", Errno.ETIMEDOUT),
          Map.entry("Stale file handle", Errno.ESTALE),
          Map.entry("Remote I/O error", Errno.EREMOTEIO),
          Map.entry("Disk quota exceeded", Errno.EDQUOT),
          Map.entry("Input/output error", Errno.EIO));

  private JdkErrors() {}

  /** The number, EIO when it cannot be told. */
  public static Errno of(Throwable failure) {
    return switch (failure) {
      case BlockIoException known -> orIo(Errno.of(known.errno()));
      case NoSuchFileException e -> Errno.ENOENT;
      case FileAlreadyExistsException e -> Errno.EEXIST;
      case AccessDeniedException e -> Errno.EACCES;
      case FileSystemException e -> ofText(e.getReason());
      case FileNotFoundException e -> ofText(inParentheses(e.getMessage()));
      case ClosedChannelException e -> Errno.EBADF;
      case IOException e -> ofText(e.getMessage());
      case UnsupportedOperationException e -> Errno.EINVAL;
      case IllegalStateException e -> Errno.EFAULT; // the memory's arena was closed meanwhile
      default -> Errno.EIO;
    };
  }

  /** The same failure with its number and place. */
  public static BlockIoException at(
      String operation, String subject, long position, long length, Throwable failure) {
    if (failure instanceof BlockIoException known) {
      return known;
    }
    Errno errno = of(failure);
    return new BlockIoException(
        errno.number(), operation, subject, position, length, detail(errno, failure), failure);
  }

  /** The same failure with its number and the path it concerns as a whole. */
  public static BlockIoException at(String operation, Path path, Throwable failure) {
    return at(operation, path.toString(), BlockIoException.NONE, BlockIoException.NONE, failure);
  }

  /** What to do, or the JDK's own words where they say more than the number. */
  private static String detail(Errno errno, Throwable failure) {
    return switch (errno) {
      case ENOSPC -> "free some space there";
      case EDQUOT -> "free some space or have the quota raised";
      case EROFS -> "remount it writable, or use another place";
      case EACCES, EPERM -> "grant this user access";
      case ENOENT -> "check the name";
      case EISDIR -> "name a file in it";
      case EMFILE, ENFILE -> "close files or raise the limit (ulimit -n)";
      case EBUSY -> "it is in use: unmount it or stop its user first";
      default -> ownWords(failure);
    };
  }

  private static String ownWords(Throwable failure) {
    String text = failure.getMessage();
    return text == null || TEXTS.containsKey(text) ? "see the system's log for the cause" : text;
  }

  private static Errno ofText(@Nullable String text) {
    return orIo(text == null ? null : TEXTS.get(text));
  }

  /** {@code java.io} puts the text behind the path: "/a/b (Too many open files)". */
  private static @Nullable String inParentheses(@Nullable String text) {
    if (text == null || !text.endsWith(")")) {
      return text;
    }
    return text.substring(text.lastIndexOf('(') + 1, text.length() - 1);
  }

  private static Errno orIo(@Nullable Errno errno) {
    return errno == null ? Errno.EIO : errno;
  }
}
