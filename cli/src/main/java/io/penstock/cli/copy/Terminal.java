package io.penstock.cli.copy;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody is looking. */
public final class Terminal {
  private Terminal() {}

  /** Whether standard error goes to a terminal, as far as can be told. */
  public static boolean isErrorStream() {
    return isTerminal("2");
  }

  /** Whether standard output goes to a terminal, as far as can be told. */
  public static boolean isOutputStream() {
    return isTerminal("1");
  }

  private static boolean isTerminal(String descriptor) {
    try {
      // Much cheaper than a Console, and right when only the other streams are redirected.
      Path stream = Files.readSymbolicLink(Path.of("/proc/self/fd", descriptor));
      return stream.startsWith("/dev/pts")
          || stream.toString().startsWith("/dev/tty")
          || stream.startsWith("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return requireNonNull(System.console()).isTerminal();
    }
  }
}
