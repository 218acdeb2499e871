package io.penstock.cli;

import io.penstock.cli.copy.CopyProgress;
import java.io.PrintWriter;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar, drawn over itself with carriage returns. */
final class CopyBar implements CopyProgress {
  private static final int UPDATE_MILLIS = 200;
  private static final int WIDTH = 78;
  private static final long MEBIBYTE = 1L << 20;

  private final ProgressBar bar;
  private final PrintWriter out;

  CopyBar(String task, long total, PrintWriter out) {
    this.out = out;
    bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setUnit(" MiB", MEBIBYTE)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .showSpeed()
            .setConsumer(new DelegatingProgressBarConsumer(this::draw, WIDTH))
            .build();
  }

  private void draw(String text) {
    out.print('\r' + text);
    out.flush();
  }

  @Override
  public void reached(long bytes) {
    bar.stepTo(bytes);
  }

  @Override
  public void close() {
    bar.close();
    out.println();
  }
}
