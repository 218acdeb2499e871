package io.penstock.linux.abi;

import io.penstock.core.error.BlockIoException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A failed call, told to a person: the one place where the text of such errors is made. It names
 * the operation, what it was done to, where, the error and what to do about it.
 *
 * @param operation name of the call, such as {@code pread}
 * @param subject path of the file or device
 * @param position bytes; -1 if the call has none
 * @param lengthBytes -1 if the call has none
 * @param errno positive error number
 * @param remedy a sentence without its full stop; empty if there is none
 */
public record NativeFailure(
    String operation, String subject, long position, long lengthBytes, int errno, String remedy) {

  private static final long NONE = BlockIoException.NONE;

  /** A call without position, on an open file. */
  public static NativeFailure of(String operation, String subject, int errno) {
    return new NativeFailure(
        operation, subject, NONE, NONE, errno, Remedies.ofFileCall(operation, errno));
  }

  /**
   * An open.
   *
   * @param flags of {@link OpenFlags}
   */
  public static NativeFailure ofOpen(Path path, int flags, int errno) {
    return new NativeFailure(
        "open", path.toString(), NONE, NONE, errno, Remedies.ofOpen(path, flags, errno));
  }

  /**
   * A read or write.
   *
   * @param position bytes
   * @param lengthBytes that were asked for
   */
  public static NativeFailure ofTransfer(
      String operation, String subject, long position, long lengthBytes, int errno) {
    return new NativeFailure(
        operation, subject, position, lengthBytes, errno, Remedies.ofTransfer(errno));
  }

  /** All of it, as one line. */
  public String message() {
    return Objects.requireNonNull(toBlockIoException().getMessage());
  }

  /**
   * The exception to throw: for a name that is missing, taken or forbidden the JDK's own, which
   * callers of file APIs look for; else a {@link BlockIoException}. The text is the same.
   */
  public IOException toException() {
    return switch (errno) {
      case Errno.ENOENT -> new NoSuchFileException(subject, null, message());
      case Errno.EEXIST -> new FileAlreadyExistsException(subject, null, message());
      case Errno.EACCES -> new AccessDeniedException(subject, null, message());
      default -> toBlockIoException();
    };
  }

  /**
   * A result of a call, if it succeeded.
   *
   * @param result zero or more, or {@code -errno}
   * @throws IOException the failure
   */
  public static long check(String operation, String subject, long result) throws IOException {
    if (result < 0) {
      throw of(operation, subject, (int) -result).toException();
    }
    return result;
  }

  /** The exception that keeps the number whatever it is, as devices throw and complete with. */
  public BlockIoException toBlockIoException() {
    return new BlockIoException(errno, operation, subject, position, lengthBytes, remedy, null);
  }
}
