package io.penstock.cli;

import io.penstock.cli.ext4.Ext4Command;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code penstock} command: {@code penstock COMMAND ...}. */
@Command(
    name = "penstock",
    version = "penstock 0.1.0-SNAPSHOT",
    mixinStandardHelpOptions = true,
    description = "Direct I/O for the JVM.",
    subcommands = {
      BenchCommand.class,
      CopyCommand.class,
      DoctorCommand.class,
      ExplainCommand.class,
      Ext4Command.class,
      MapCommand.class,
      SoakCommand.class,
      TopCommand.class,
      TraceCommand.class
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong usage"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  penstock bench                  how fast is this disk, which way?",
      "  penstock doctor /var/lib        does direct I/O work there, and how?",
      "  penstock copy disk.img /dev/sdb past the page cache",
      "  penstock ext4 ls -l disk.img /  what is on the volume in it?",
      "  penstock explain disk.img --write 1000:5000",
      "                                  what would that become?",
      "  penstock map disk.img           where are its holes?",
      "  penstock soak                   does the engine do what it must, whatever goes wrong?",
      "  penstock top 4711               what I/O does this JVM do?",
      "  penstock trace app.jfr          what I/O did it do?"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  /** Made by {@link #commandLine} for picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  Main() {}

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
    PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
    int status = execute(args, out, err);
    out.flush();
    err.flush();
    System.exit(status);
  }

  /** Runs the command, printing to these; returns its exit status. */
  static int execute(String[] args, PrintWriter out, PrintWriter err) {
    Integer status = PlainCopyLine.execute(args, out, err);
    return status == null ? commandLine(out, err).execute(args) : status;
  }

  /** The command, printing to these. */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return new CommandLine(new Main())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(new FailureLine())
        .setParameterExceptionHandler(new UsageLine())
        .setUsageHelpAutoWidth(false);
  }

  /** Without a subcommand there is nothing to do but to say what there is. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
