package io.penstock.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code penstock} command: {@code penstock COMMAND ...}. */
@Command(
    name = "penstock",
    version = "penstock 0.1.0-SNAPSHOT",
    mixinStandardHelpOptions = true,
    description = "Direct I/O for the JVM.")
public final class Main implements Runnable {
  /** Made by {@link #main} and by tests. */
  public Main() {}

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  /** Without a subcommand there is nothing to do but to say what there is. */
  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
