package io.penstock.core.error;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A failed block I/O operation: the error number, what was tried, where, and in the message what to
 * do about it. The number is the device's or the layout's own and is never replaced by a general
 * one.
 */
public class BlockIoException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Value of {@link #position()} and {@link #length()} when the error has none. */
  public static final long NONE = -1;

  private final int errno;
  private final String operation;
  private final String subject;
  private final long position;
  private final long length;

  /**
   * An error with its place.
   *
   * @param errno positive error number (errno(3))
   * @param operation what was tried, such as {@code "read"}
   * @param subject the file, device or mapper concerned
   * @param position bytes from the start of the subject, or {@link #NONE}
   * @param length bytes asked for, or {@link #NONE}
   * @param detail what was wrong, naming the value and the remedy
   */
  public BlockIoException(
      int errno,
      String operation,
      String subject,
      long position,
      long length,
      String detail,
      @Nullable Throwable cause) {
    super(message(errno, operation, subject, position, length, detail), cause);
    assert errno > 0 : errno;
    this.errno = errno;
    this.operation = operation;
    this.subject = subject;
    this.position = position;
    this.length = length;
  }

  /** An error without a cause. */
  public BlockIoException(
      Errno errno, String operation, String subject, long position, long length, String detail) {
    this(errno.number(), operation, subject, position, length, detail, null);
  }

  /** An error that concerns the subject as a whole. */
  public BlockIoException(Errno errno, String operation, String subject, String detail) {
    this(errno.number(), operation, subject, NONE, NONE, detail, null);
  }

  private static String message(
      int errno, String operation, String subject, long position, long length, String detail) {
    StringBuilder text = new StringBuilder(96).append(operation).append(' ').append(subject);
    if (position != NONE) {
      text.append(" at ").append(position);
    }
    if (length != NONE) {
      text.append(" length ").append(length);
    }
    text.append(": ").append(Errno.describe(errno));
    if (!detail.isEmpty()) {
      text.append(": ").append(detail);
    }
    return text.toString();
  }

  /** The positive error number. */
  public int errno() {
    return errno;
  }

  /** Whether this error has the given number. */
  public boolean is(Errno other) {
    return errno == other.number();
  }

  /** What was tried. */
  public String operation() {
    return operation;
  }

  /** The file, device or mapper concerned. */
  public String subject() {
    return subject;
  }

  /** Bytes from the start of the subject, or {@link #NONE}. */
  public long position() {
    return position;
  }

  /** Bytes asked for, or {@link #NONE}. */
  public long length() {
    return length;
  }
}
