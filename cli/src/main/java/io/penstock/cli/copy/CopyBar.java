package io.penstock.cli.copy;

import java.io.PrintWriter;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar, drawn over itself with carriage returns. For one thread. */
public final class CopyBar implements CopyProgress {
  private static final int UPDATE_MILLIS = 200;
  private static final int WIDTH = 78;
  private static final long MEBIBYTE = 1L << 20;

  private final ProgressBar bar;
  private final PrintWriter out;

  /** When a progress bar is shown. */
  public enum Show {
    /** On a terminal. */
    AUTO,
    /** Always. */
    ALWAYS,
    /** Never. */
    NEVER
  }

  /**
   * A bar, or nothing where none is to be shown.
   *
   * @param task one word
   * @param total bytes
   * @param out where it is drawn
   */
  public static CopyProgress begin(Show show, String task, long total, PrintWriter out) {
    boolean shown =
        switch (show) {
          case ALWAYS -> true;
          case NEVER -> false;
          case AUTO -> Terminal.isErrorStream();
        };
    return shown ? new CopyBar(task, total, out) : CopyProgress.NONE;
  }

  private CopyBar(String task, long total, PrintWriter out) {
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
