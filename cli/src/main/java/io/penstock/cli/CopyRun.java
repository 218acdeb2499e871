package io.penstock.cli;

import io.penstock.cli.copy.Copy;
import io.penstock.cli.copy.CopyBar;
import io.penstock.cli.copy.CopyOptions;
import io.penstock.cli.copy.CopyReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A copy as the user asked for it, and what he is shown of it.
 *
 * @param source file or block device to read
 * @param target file or block device to write
 * @param options how
 * @param json whether the result is for machines
 * @param progress when a bar is shown
 */
record CopyRun(Path source, Path target, CopyOptions options, boolean json, CopyBar.Show progress) {
  /** What {@code --block-size} is when it is not said. */
  static final String BLOCK_SIZE = "1m";

  /** What {@code --depth} is when it is not said. */
  static final String DEPTH = "8";

  static final int MOST_DEPTH = 1024;
  static final long MOST_MEMORY = 4L << 30;

  /** Copies and prints what was done; failures are the caller's to tell. */
  void run(PrintWriter out, PrintWriter err) throws IOException {
    CopyReport report =
        new Copy(
                source, target, options, (task, total) -> CopyBar.begin(progress, task, total, err))
            .run();
    out.println(json ? asJson(report) : asLine(report));
  }

  private static String asLine(CopyReport report) {
    String cache =
        report.pageCacheGrowth().isEmpty()
            ? "page cache growth unknown"
            : "page cache +" + ByteSize.show(report.pageCacheGrowth().getAsLong());
    return "copied "
        + exactly(report.bytes())
        + ", holes "
        + ByteSize.show(report.holes())
        + ", in "
        + String.format(Locale.ROOT, "%.3f s", report.seconds())
        + ", "
        + ByteSize.showSpeed(report.bytesPerSecond())
        + ", engine "
        + report.engine()
        + ", "
        + cache
        + (report.verified() ? ", verified" : "")
        + (report.durable() ? ", durable" : "");
  }

  private static String exactly(long bytes) {
    String shown = ByteSize.show(bytes);
    return bytes < 1024 ? shown : bytes + " bytes (" + shown + ")";
  }

  private Json asJson(CopyReport report) {
    var growth = report.pageCacheGrowth();
    return new Json()
        .put("source", source)
        .put("destination", target)
        .put("bytes", report.bytes())
        .put("holes", report.holes())
        .put("seconds", report.seconds())
        .put("bytesPerSecond", Math.round(report.bytesPerSecond()))
        .put("engine", report.engine())
        .put("engineReason", report.engineReason())
        .put("pageCacheGrowth", growth.isPresent() ? growth.getAsLong() : null)
        .put("verified", report.verified())
        .put("durable", report.durable());
  }
}
