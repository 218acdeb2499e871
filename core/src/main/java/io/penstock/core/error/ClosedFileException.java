package io.penstock.core.error;

import java.nio.channels.ClosedChannelException;

/** A {@link ClosedChannelException} that says which file was closed. */
public final class ClosedFileException extends ClosedChannelException {
  private static final long serialVersionUID = 1L;

  private final String file;

  /** For a request that came after {@code file} was closed. */
  public ClosedFileException(String file) {
    this.file = file;
  }

  @Override
  public String getMessage() {
    return file + " is closed; open it again before using it";
  }
}
