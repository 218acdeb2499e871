package io.penstock.cli;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.file.JdkErrors;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Tells a failure in one line: the command, what was tried on which path, the error number, and
 * what to do about it. With {@code --json} the same goes to standard output as an object.
 */
final class FailureLine implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    if (!(failure instanceof IOException) && !(failure instanceof UnsupportedOperationException)) {
      throw failure; // a bug: its stack trace is wanted
    }
    tell(
        failure,
        command.getCommandName(),
        command.getParseResult().hasMatchedOption("--json"),
        command.getOut(),
        command.getErr());
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  /** Prints the failure of a command. */
  static void tell(
      Exception failure, String command, boolean json, PrintWriter out, PrintWriter err) {
    String line = oneLine(failure);
    err.println("penstock " + command + ": " + line);
    if (json) {
      out.println(json(failure, line));
    }
  }

  static String oneLine(Exception failure) {
    String text =
        switch (failure) {
          case BlockIoException e -> text(e);
          case FileSystemException e when hasWholeStory(e) -> e.getReason();
          case FileSystemException e when e.getFile() != null ->
              text(JdkErrors.at("access", Path.of(e.getFile()), e));
          case IOException e -> text(e);
          default -> failure.getMessage();
        };
    return (text == null ? failure.toString() : text)
        .replaceAll("\\s*\\R\\s*", " ")
        .replaceAll("[\\p{Cntrl}\\x80-\\x9f]", "?"); // a path's: it must not command the terminal
  }

  /** A Linux call's: path, call, error and remedy are all in its reason. */
  private static boolean hasWholeStory(FileSystemException e) {
    String reason = e.getReason();
    String file = e.getFile();
    return reason != null && file != null && reason.contains(file);
  }

  private static String text(Exception e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message;
  }

  private static String json(Exception failure, String line) {
    Json error = new Json();
    switch (failure) {
      case BlockIoException e -> {
        error.put("operation", e.operation()).put("path", e.subject()).put("errno", e.errno());
        Errno name = Errno.of(e.errno());
        error.put("error", name == null ? null : name.name());
      }
      case FileSystemException e -> error.put("path", e.getFile());
      default -> {}
    }
    error.put("message", line);
    return new Json().put("failed", error).toString();
  }
}
