package io.penstock.cli;

import io.penstock.cli.copy.Terminal;
import io.penstock.cli.trace.AttachedJvm;
import io.penstock.cli.trace.EventReader;
import io.penstock.cli.trace.LiveWindow;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import jdk.management.jfr.RemoteRecordingStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock top}. */
@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    description =
        "Shows the I/O that a running JVM does through Penstock, live: requests, bytes, queue"
            + " depth, latency, files. Nothing has to be prepared there. On a terminal the figures"
            + " are renewed in place; elsewhere each interval is a line.",
    sortOptions = false,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:ended, or the JVM did", "1:failed", "2:wrong usage"},
    footerHeading = "%nExamples:%n",
    footer = {"  penstock top 4711", "  penstock top 4711 --interval 5 --count 12 > load.txt"})
final class TopCommand implements Callable<Integer> {
  /** Bundles of events come every second, and a little later than that. */
  private static final Duration PATIENCE = Duration.ofMillis(100);

  private static final int MOST_PATIENCE = 50;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PID", description = "process of the JVM; 'jcmd' lists them")
  private long pid;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "how long each figure is about, 1 at least (default: ${DEFAULT-VALUE})")
  private int interval;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "end after so many intervals (default: when interrupted)")
  private int count;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  TopCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (interval < 1 || count < 0) {
      throw new ParameterException(
          spec.commandLine(), "--interval must be 1 or more, and --count not negative");
    }
    TopScreen screen = new TopScreen(spec.commandLine().getOut(), Terminal.isOutputStream());
    try (AttachedJvm jvm = AttachedJvm.to(pid)) {
      LiveWindow window = new LiveWindow();
      RemoteRecordingStream stream = jvm.stream();
      stream.onEvent(new EventReader(window)::take);
      stream.onFlush(() -> window.flushed(System.nanoTime()));
      Ended ended = new Ended();
      stream.onClose(ended::signal);
      stream.startAsync();
      for (int shown = 0; count == 0 || shown < count; shown++) {
        boolean over = ended.await(Duration.ofSeconds(interval));
        LiveWindow.Sample sample = window.take();
        for (int i = 0; i < MOST_PATIENCE && sample.seconds() == 0 && !over; i++) {
          over = ended.await(PATIENCE);
          sample = window.take();
        }
        screen.show(sample);
        if (over) {
          break;
        }
      }
    }
    return 0;
  }

  /** Whether the stream has ended: by itself, when the other JVM has. */
  private static final class Ended {
    private boolean signalled;

    synchronized void signal() {
      signalled = true;
      notifyAll();
    }

    /** Waits for it; returns false when it has not after so long. */
    synchronized boolean await(Duration most) throws InterruptedException {
      long end = System.nanoTime() + most.toNanos();
      while (!signalled) {
        long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
      return true;
    }
  }
}
