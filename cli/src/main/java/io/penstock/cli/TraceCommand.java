package io.penstock.cli;

import io.penstock.cli.page.TracePage;
import io.penstock.cli.trace.AttachedJvm;
import io.penstock.cli.trace.LiveTrace;
import io.penstock.cli.trace.Trace;
import io.penstock.cli.trace.TraceFile;
import io.penstock.core.event.FlightRecording;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock trace}. */
@Command(
    name = "trace",
    mixinStandardHelpOptions = true,
    description =
        "Shows what a recording of the flight recorder tells of I/O: throughput, queue depth and"
            + " latency over time, sizes before and after assembly, distances on the device,"
            + " files.",
    sortOptions = false,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:shown", "1:failed, or nothing was recorded", "2:wrong usage"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  penstock trace --settings > penstock.jfc",
      "  java -XX:StartFlightRecording:settings=penstock.jfc,filename=app.jfr ...",
      "  penstock trace app.jfr --html app.html",
      "  penstock trace --attach 4711 --runtime 30 --json"
    })
final class TraceCommand implements Callable<Integer> {
  private static final double SHORTEST = 1;
  private static final double LONGEST = 3600;

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "RECORDING", description = "a .jfr file")
  private @Nullable Path recording;

  @Option(
      names = "--attach",
      paramLabel = "PID",
      description = "record in this JVM instead; nothing has to be prepared there")
  private @Nullable Long pid;

  @Option(
      names = "--runtime",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "how long to record when attached (default: ${DEFAULT-VALUE})")
  private double runtime;

  @Option(names = "--html", paramLabel = "FILE", description = "write a page with charts")
  private @Nullable Path html;

  @Option(names = "--json", description = "print all figures for machines, and nothing else")
  private boolean json;

  @Option(
      names = "--settings",
      description = "print the settings that record every event, for a .jfc file, and end")
  private boolean settings;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  TraceCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (settings) {
      try (InputStream in = FlightRecording.settings()) {
        out.print(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        out.flush();
      }
      return 0;
    }
    Trace trace = trace();
    String source = recording == null ? "process " + pid : recording.toString();
    if (html != null) {
      Files.writeString(html, new TracePage(trace, source).draw());
    }
    if (json) {
      out.println(TraceJson.of(trace, source));
    } else {
      new TraceTable(trace, out).print(source);
    }
    return 0;
  }

  private Trace trace() throws IOException, InterruptedException {
    Path file = recording;
    Long process = pid;
    if (file != null && process == null) {
      return TraceFile.read(file);
    }
    if (process == null || file != null) {
      throw new ParameterException(
          spec.commandLine(), "Name a recording, or a process with --attach, one of them");
    }
    if (!(runtime >= SHORTEST && runtime <= LONGEST)) {
      throw new ParameterException(
          spec.commandLine(), "Invalid value for option '--runtime': 1 to 3600 seconds");
    }
    try (AttachedJvm jvm = AttachedJvm.to(process)) {
      return LiveTrace.record(jvm, Duration.ofMillis(Math.round(runtime * 1000)));
    }
  }
}
