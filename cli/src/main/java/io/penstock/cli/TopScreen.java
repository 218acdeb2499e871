package io.penstock.cli;

import io.penstock.cli.trace.FileShare;
import io.penstock.cli.trace.LiveWindow;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows what a JVM does: in place on a terminal, else a line for each interval. */
final class TopScreen {
  private static final int FILES = 8;
  private static final int HEADING_EVERY = 20;
  private static final double MICROS = 1e3;
  private static final String HEADING =
      "requests/s  read MB/s  write MB/s  device op/s   depth  p50 us   p99 us   max us errors";

  private final PrintWriter out;
  private final boolean inPlace;
  private int lines;
  private long shown;

  TopScreen(PrintWriter out, boolean inPlace) {
    this.out = out;
    this.inPlace = inPlace;
  }

  void show(LiveWindow.Sample sample) {
    if (inPlace) {
      if (lines > 0) {
        out.printf(
            Locale.ROOT, "\u001b[%dA\u001b[J", lines); // up so many lines, and clear from there on
      }
      lines = 0;
      line(HEADING);
      line(figures(sample));
      line("");
      line(
          String.format(
              Locale.ROOT,
              "%10s %10s %10s %10s  %s",
              "reads/s",
              "writes/s",
              "MB/s",
              "p99 us",
              "file"));
      sample.files().stream().limit(FILES).forEach(each -> line(file(sample, each)));
      if (sample.incidents() > 0) {
        line(sample.incidents() + " fallbacks and warnings: 'penstock trace --attach' names them");
      }
    } else {
      if (shown % HEADING_EVERY == 0) {
        line(HEADING);
      }
      line(figures(sample));
    }
    shown++;
    out.flush();
  }

  private void line(String text) {
    out.println(text);
    lines++;
  }

  private static String figures(LiveWindow.Sample of) {
    boolean any = of.requests() > 0;
    return String.format(
        Locale.ROOT,
        "%,10.0f %10.1f %11.1f %,12.0f %7.1f %7.1f %8.1f %8.1f %6d",
        of.perSecond(of.requests()),
        of.perSecond(of.readBytes()) / 1e6,
        of.perSecond(of.writtenBytes()) / 1e6,
        of.perSecond(of.bios()),
        of.depth(),
        any ? of.latency().at(50) / MICROS : 0,
        any ? of.latency().at(99) / MICROS : 0,
        of.latency().mostNanos() / MICROS,
        of.errors());
  }

  private static String file(LiveWindow.Sample of, FileShare file) {
    return String.format(
        Locale.ROOT,
        "%,10.0f %,10.0f %10.1f %10.1f  %s",
        of.perSecond(file.reads()),
        of.perSecond(file.writes()),
        of.perSecond(file.bytes()) / 1e6,
        file.latency().at(99) / MICROS,
        TraceTable.printable(file.name()));
  }
}
