package io.penstock.cli;

import io.penstock.fuzz.HostileHost;
import io.penstock.fuzz.Script;
import io.penstock.testkit.fuzz.FuzzInput;
import io.penstock.testkit.fuzz.FuzzTarget;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** What people type, and what is shown to them. */
public final class CommandTargets {
  private static final int MOST_WORDS = 16;

  private CommandTargets() {}

  /** All of them. */
  public static List<FuzzTarget> all() {
    return List.of(
        FuzzTarget.of(
            "byte-size",
            seeds("4k", "1m", "512", "8EiB", "-1g"),
            IllegalArgumentException.class,
            CommandTargets::byteSize),
        FuzzTarget.of(
            "command-line",
            seeds(
                "copy\0a\0b\0--block-size\0" + "1m\0--depth=8\0--json",
                "bench\0--file\0x\0--size\0" + "1g\0--bs\0" + "4k\0--rw\0randread\0--depth\0" + "1",
                "map\0--json\0x",
                "doctor\0/\0--engine\0pread"),
            CommandLine.ParameterException.class,
            CommandTargets::commandLine),
        FuzzTarget.of("file-map", List.of(new byte[64], script()), CommandTargets::fileMap),
        FuzzTarget.of("failure-line", seeds("a\nb", "\u001b[2J"), CommandTargets::failureLine));
  }

  private static List<byte[]> seeds(String... texts) {
    return java.util.Arrays.stream(texts)
        .map(each -> each.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  private static byte[] script() {
    byte[] script = new byte[128];
    new java.util.SplittableRandom(5).nextBytes(script);
    return script;
  }

  private static Object byteSize(FuzzInput input) {
    String text = input.text();
    long bytes = ByteSize.parse(text);
    String shown = ByteSize.show(bytes);
    if (shown.isBlank()) {
      throw new AssertionError("nothing is shown of " + bytes);
    }
    int block = ByteSize.parseBlock(text);
    return block >= 512 && block % 512 == 0;
  }

  /** Understood, not carried out; files of arguments are not looked for. */
  private static Object commandLine(FuzzInput input) {
    // the library takes time and memory by the square of the words it does not know
    String[] words = input.text().replace("@", "").split("\0", MOST_WORDS);
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    CommandLine.ParseResult parsed =
        Main.commandLine(nowhere, nowhere).setExpandAtFiles(false).parseArgs(words);
    return parsed.hasSubcommand() ? parsed.subcommand().commandSpec().name() : "none";
  }

  /** The map of a file whose host does not know what it says: it ends, and has no gaps. */
  private static Object fileMap(FuzzInput input) throws IOException {
    Script script = new Script(input);
    HostileHost host = new HostileHost(script);
    FileMap map;
    try {
      map = FileMap.ofSeeking(host);
    } catch (RuntimeException | Error thrown) {
      if (script.isOwn(thrown)) {
        return "the host threw";
      }
      throw thrown;
    } finally {
      host.free();
    }
    long at = 0;
    for (FileMap.Run each : map.runs()) {
      if (each.start() != at || each.end() <= at) {
        throw new AssertionError("a gap or no progress at " + at + ": " + each);
      }
      at = each.end();
    }
    map.picture(60);
    return "runs " + Math.min(map.runs().size(), 4) + ' ' + Map.of(map.source(), at == map.size());
  }

  /** One line that cannot command a terminal. */
  private static Object failureLine(FuzzInput input) {
    String text = input.text();
    String line = FailureLine.oneLine(new IOException(text));
    if (line.chars().anyMatch(c -> c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0)) {
      throw new AssertionError("a control character is told");
    }
    String json = new Json().put(text, text).put("n", List.of(text, 1, true)).toString();
    if (json.chars().anyMatch(c -> c < ' ')) {
      throw new AssertionError("a control character in JSON");
    }
    return line.length() == text.length();
  }
}
