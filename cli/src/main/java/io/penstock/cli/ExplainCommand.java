package io.penstock.cli;

import io.penstock.cli.page.ExplainPage;
import io.penstock.core.bio.Direction;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.testkit.explain.Explanation;
import io.penstock.testkit.explain.LayoutSketch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock explain TARGET --read|--write OFFSET:LENGTH}. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what a request becomes: the unit it is walked in, what the layout's mapper is asked"
          + " and answers, holes, zeroed heads and tails, the device operations and why each ends"
          + " where it does, how it becomes durable.",
      "The engine itself walks the request; mapper and device are recordings. Nothing is written,"
          + " and no data is read."
    },
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  penstock explain vm.img --write 1000:5000",
      "  penstock explain disk.img::/var/log/syslog --read 0:1m --html log.html",
      "  penstock explain --write 512:8k --layout '4k: map 100..103 new, hole 4, map 7 boundary'",
      "",
      "A layout may be made up:",
      ""
    })
final class ExplainCommand implements Callable<Integer> {
  private static final int HELP_WIDTH = 104;

  /** More steps are nothing to look at. */
  private static final int MOST_DRAWN = 4000;

  private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "TARGET",
      description =
          "a regular file, a block device, or IMAGE::/path for a file on an ext2, ext3 or ext4"
              + " volume")
  private @Nullable String target;

  @Option(names = "--layout", paramLabel = "SKETCH", description = "a made-up layout; see below")
  private @Nullable String layout;

  @Option(
      names = "--read",
      paramLabel = "OFFSET:LENGTH",
      converter = ByteRange.Converter.class,
      description = "explain a read of these bytes")
  private @Nullable ByteRange read;

  @Option(
      names = "--write",
      paramLabel = "OFFSET:LENGTH",
      converter = ByteRange.Converter.class,
      description = "explain a write of these bytes; nothing is written")
  private @Nullable ByteRange write;

  @Option(
      names = "--block-size",
      paramLabel = "BYTES",
      converter = BlockSize.class,
      description = "file block F of a made-up layout that does not say it (default: 4k)")
  private @Nullable Integer blockSize;

  @Option(
      names = "--unit",
      paramLabel = "BYTES",
      converter = BlockSize.class,
      description =
          "logical block L of the device; default: that of the file's, 512 for a made-up layout")
  private @Nullable Integer unit;

  @Option(
      names = "--segments",
      paramLabel = "BYTES",
      split = ",",
      converter = FileSize.class,
      description = "lengths of the memory's segments; the last has the rest (default: one)")
  private List<Long> segments = new ArrayList<>();

  @Option(
      names = "--address",
      paramLabel = "BYTES",
      description = "how far every segment begins behind an aligned address (default: 0)")
  private int address;

  @Option(names = "--data-sync", description = "the write is durable before it is reported")
  private boolean dataSync;

  @Option(names = "--no-wait", description = "the request fails rather than wait")
  private boolean noWait;

  @Option(names = "--overwrite-only", description = "the write fails where blocks hold no data")
  private boolean overwriteOnly;

  @Option(names = "--json", description = "print the result for machines")
  private boolean json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "write a page with a drawing and the steps, to go through forward and back")
  private @Nullable Path html;

  @Option(
      names = "--svg",
      paramLabel = "FILE",
      description = "write the bare drawing, the same each time, for documentation")
  private @Nullable Path svg;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  ExplainCommand() {}

  /** Adds the grammar of sketches to the help. */
  @Spec
  void spec(CommandSpec given) {
    spec = given;
    List<String> lines = new ArrayList<>(List.of(given.usageMessage().footer()));
    LayoutSketch.GRAMMAR.lines().forEach(line -> lines.add("  " + line));
    lines.add("");
    given.usageMessage().footer(lines.toArray(String[]::new)).width(HELP_WIDTH);
  }

  @Override
  public Integer call() throws IOException {
    checkUsage();
    ExplainTarget.Explained explained = explain();
    Explanation explanation = explained.explanation();
    if ((html != null || svg != null) && explanation.steps().size() > MOST_DRAWN) {
      throw wrong(
          explanation.steps().size()
              + " steps are too many to be drawn; explain fewer bytes, or without a drawing");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(ExplainJson.of(explained));
    } else {
      out.print(explanation);
      explained.notes().forEach(out::println);
      out.flush();
    }
    if (html != null) {
      write(html, new ExplainPage(explanation, explained.notes()).draw());
    }
    if (svg != null) {
      write(svg, ExplainPage.drawing(explanation));
    }
    return 0;
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  private ExplainTarget.Explained explain() throws IOException {
    ByteRange range = Objects.requireNonNull(read == null ? write : read, "checked before");
    try {
      ExplainTarget of =
          new ExplainTarget(
              read == null ? Direction.WRITE : Direction.READ, range, segments, address, flags());
      if (layout != null) {
        return of.sketch(
            LayoutSketch.parse(
                layout,
                blockSize == null ? LayoutSketch.BLOCK_SIZE : blockSize,
                unit == null ? LayoutSketch.UNIT : unit));
      }
      String name = Objects.requireNonNull(target, "checked before");
      int split = volumeEnd(name);
      return split < 0
          ? of.file(Path.of(name), unit == null ? 0 : unit)
          : of.volume(Path.of(name.substring(0, split)), name.substring(split + 2));
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private IoFlags flags() {
    IoFlags flags = IoFlags.NONE;
    flags = dataSync ? flags.with(IoFlag.DATA_SYNC) : flags;
    flags = noWait ? flags.with(IoFlag.NOWAIT) : flags;
    return overwriteOnly ? flags.with(IoFlag.OVERWRITE_ONLY) : flags;
  }

  private void checkUsage() throws IOException {
    if ((target == null) == (layout == null)) {
      throw wrong("name either a TARGET or a --layout");
    }
    if ((read == null) == (write == null)) {
      throw wrong("say either --read or --write");
    }
    if (blockSize != null && layout == null) {
      throw wrong("--block-size is for a --layout; a file has its own");
    }
    if (target != null) {
      checkTarget(target);
    }
    if (read != null && (dataSync || overwriteOnly)) {
      throw wrong("--data-sync and --overwrite-only are for --write");
    }
  }

  private void checkTarget(String name) throws IOException {
    boolean onVolume = volumeEnd(name) >= 0;
    if (unit != null && onVolume) {
      throw wrong("--unit is for files and made-up layouts; a volume has its device's");
    }
    if (read != null && noWait && !onVolume) {
      throw wrong("--no-wait of a read is for volumes and made-up layouts; a file's read waits");
    }
    for (Path written : Stream.of(html, svg).filter(Objects::nonNull).toList()) {
      Path source = Path.of(onVolume ? name.substring(0, volumeEnd(name)) : name);
      if (Files.exists(written) && Files.exists(source) && Files.isSameFile(written, source)) {
        throw wrong(written + " is what is explained, and would be overwritten");
      }
    }
  }

  /** Where the name of the volume ends, before "::"; -1 for the name of a file. */
  private static int volumeEnd(String name) {
    return Files.exists(Path.of(name)) ? -1 : name.indexOf("::");
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
