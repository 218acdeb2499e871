package io.penstock.cli;

import java.io.PrintWriter;

/** One line that is written over again and again, where somebody is looking. */
final class ProgressLine {
  private static final int WIDTH = 60;

  private final PrintWriter err;
  private final boolean shown;

  ProgressLine(PrintWriter err, boolean shown) {
    this.err = err;
    this.shown = shown;
  }

  void show(String text) {
    if (shown) {
      err.printf("\r%-" + WIDTH + "s", text);
      err.flush();
    }
  }

  void clear() {
    if (shown) {
      err.print('\r' + " ".repeat(WIDTH) + '\r');
      err.flush();
    }
  }
}
