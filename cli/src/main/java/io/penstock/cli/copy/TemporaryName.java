package io.penstock.cli.copy;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * A name that the user does not know: failures that concern it are told of the one he gave.
 *
 * @param temporary the name as it is
 * @param known the name to tell
 */
record TemporaryName(Path temporary, Path known) {

  /** The same failure, of the known name. */
  IOException explain(IOException failure) {
    String now = temporary.toString();
    return switch (failure) {
      case BlockIoException e when e.subject().contains(now) -> renamed(e, now);
      case FileSystemException e when now.equals(e.getFile()) -> {
        String reason = String.valueOf(e.getReason()).replace(now, known.toString());
        var renamed = new FileSystemException(known.toString(), null, reason);
        renamed.initCause(e);
        yield renamed;
      }
      default -> failure;
    };
  }

  private BlockIoException renamed(BlockIoException e, String now) {
    String error = Errno.describe(e.errno());
    String message = String.valueOf(e.getMessage());
    int at = message.indexOf(error);
    String detail = at < 0 ? "" : message.substring(at + error.length()).replaceFirst("^: ", "");
    return new BlockIoException(
        e.errno(),
        e.operation(),
        e.subject().replace(now, known.toString()),
        e.position(),
        e.length(),
        detail.replace(now, known.toString()),
        e);
  }
}
