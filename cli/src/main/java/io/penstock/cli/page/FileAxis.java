package io.penstock.cli.page;

import io.penstock.testkit.explain.Asked;
import io.penstock.testkit.explain.Explanation;
import io.penstock.testkit.explain.SentBio;
import io.penstock.testkit.explain.Step;

/** Where a byte of the file stands in a drawing: whole blocks around all that was touched. */
final class FileAxis {
  private final long from;
  private final long to;
  private final double left;
  private final double width;

  FileAxis(Explanation of, double left, double width) {
    Asked asked = of.asked();
    long block = of.subject().blockSize();
    long low = asked.position();
    long high = Math.max(asked.end(), low);
    for (SentBio bio : of.bios()) {
      low = Math.min(low, bio.fileOffset());
      high = Math.max(high, bio.fileEnd());
    }
    for (Step step : of.steps()) {
      if (step instanceof Step.Fill fill) {
        high = Math.max(high, fill.to());
      }
    }
    from = low - Math.floorMod(low, block);
    to =
        high > Long.MAX_VALUE - block
            ? Long.MAX_VALUE
            : Math.max(high + Math.floorMod(-high, block), from + block);
    this.left = left;
    this.width = width;
  }

  /** First byte shown. */
  long from() {
    return from;
  }

  /** First byte behind what is shown. */
  long to() {
    return to;
  }

  double x(long position) {
    double share = (double) (Math.clamp(position, from, to) - from) / (to - from);
    return left + share * width;
  }
}
