package io.penstock.cli;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock map FILE}. */
@Command(
    name = "map",
    mixinStandardHelpOptions = true,
    description =
        "Shows the extents and holes of a file, as a table and as a picture of one line:"
            + " # data, u set aside but not written, . hole.",
    footerHeading = "%nExamples:%n",
    footer = {"  penstock map vm.img", "  penstock map vm.img --json | jq '.runs | length'"})
final class MapCommand implements Callable<Integer> {
  private static final int PICTURE_WIDTH = 72;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "a regular file")
  private Path file;

  @Option(names = "--json", description = "print the result for machines")
  private boolean json;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  MapCommand() {}

  @Override
  public Integer call() throws IOException {
    checkKind();
    FileMap map = FileMap.of(file);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(asJson(map));
    } else {
      print(out, map);
    }
    return 0;
  }

  private void checkKind() throws IOException {
    if (!Files.exists(file)) {
      throw new BlockIoException(Errno.ENOENT, "map", file.toString(), "check the name");
    }
    if (Files.isDirectory(file)) {
      throw new BlockIoException(Errno.EISDIR, "map", file.toString(), "name a file in it");
    }
    if (!Files.isRegularFile(file)) {
      throw new BlockIoException(
          Errno.EINVAL, "map", file.toString(), "only regular files have extents; name one");
    }
  }

  private void print(PrintWriter out, FileMap map) {
    out.printf(
        Locale.ROOT,
        "%s: %d bytes, data %s, set aside %s, holes %s (from %s)%n",
        file,
        map.size(),
        ByteSize.show(map.total(FileMap.Kind.DATA)),
        ByteSize.show(map.total(FileMap.Kind.UNWRITTEN)),
        ByteSize.show(map.total(FileMap.Kind.HOLE)),
        map.source());
    if (map.runs().isEmpty()) {
      return;
    }
    out.printf("%16s %16s %16s  %s%n", "start", "length", "on disk", "kind");
    for (FileMap.Run run : map.runs()) {
      out.printf(
          Locale.ROOT,
          "%16d %16d %16s  %s%n",
          run.start(),
          run.end() - run.start(),
          run.physical() < 0 ? "-" : Long.toString(run.physical()),
          nameOf(run.kind()) + (run.isShared() ? ", shared" : ""));
    }
    out.println('[' + map.picture(PICTURE_WIDTH) + ']');
  }

  private Json asJson(FileMap map) {
    List<Json> runs =
        map.runs().stream()
            .map(
                run ->
                    new Json()
                        .put("start", run.start())
                        .put("length", run.end() - run.start())
                        .put("kind", nameOf(run.kind()))
                        .put("physical", run.physical() < 0 ? null : run.physical())
                        .put("shared", run.isShared()))
            .toList();
    return new Json()
        .put("file", file)
        .put("size", map.size())
        .put("source", map.source())
        .put("runs", runs);
  }

  private static String nameOf(FileMap.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
