package io.penstock.cli;

import io.penstock.cli.copy.CopyBar;
import io.penstock.cli.copy.CopyOptions;
import io.penstock.file.Engines;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The short way into a copy. Most lines are plain: two names and options as the help writes them.
 * The parser of all commands takes the JVM about 200 ms to get going, and is left out for these.
 * Whatever is not plain (help, abbreviations, mistakes) is left to it, which also words what is
 * wrong: no line means something else here than there.
 */
final class PlainCopyLine {
  static final String COMMAND = "copy";

  private static final Set<String> SWITCHES = Set.of("--verify", "--sync", "--json");
  private static final Set<String> VALUED =
      Set.of("--block-size", "--depth", "--engine", "--sparse", "--progress");
  private static final int FAILED = 1;

  private final List<String> names = new ArrayList<>();
  private final Map<String, String> given = new HashMap<>();

  private PlainCopyLine() {}

  /**
   * Runs a plain line.
   *
   * @return the exit status; null when the line is not plain, and nothing was done
   */
  static @Nullable Integer execute(String[] words, PrintWriter out, PrintWriter err) {
    CopyRun run = parse(words);
    if (run == null) {
      return null;
    }
    try {
      run.run(out, err);
      return 0;
    } catch (IOException | UnsupportedOperationException failure) {
      FailureLine.tell(failure, COMMAND, run.json(), out, err);
      return FAILED;
    }
  }

  /** What a plain line asks for; null when it is not plain. */
  static @Nullable CopyRun parse(String[] words) {
    if (words.length == 0 || !words[0].equals(COMMAND)) {
      return null;
    }
    PlainCopyLine line = new PlainCopyLine();
    try {
      return line.take(words) ? line.asRun() : null;
    } catch (IllegalArgumentException e) {
      return null; // wrong: the other parser says it in its own words
    }
  }

  private boolean take(String[] words) {
    for (int i = 1; i < words.length; i++) {
      String word = words[i];
      if (isName(word)) {
        names.add(word);
        continue;
      }
      int equals = word.indexOf('=');
      String option = equals < 0 ? word : word.substring(0, equals);
      String value;
      if (SWITCHES.contains(word)) {
        value = "";
      } else if (!VALUED.contains(option)) {
        return false;
      } else if (equals >= 0) {
        value = word.substring(equals + 1);
      } else if (++i < words.length) {
        value = words[i];
      } else {
        return false;
      }
      if (given.put(option, value) != null || !(value.isEmpty() ? equals < 0 : isName(value))) {
        return false;
      }
    }
    return names.size() == 2;
  }

  /** Neither an option nor the name of a file of options. */
  private static boolean isName(String word) {
    return !word.isEmpty() && word.charAt(0) != '-' && word.charAt(0) != '@';
  }

  private @Nullable CopyRun asRun() {
    int blockSize = ByteSize.parseBlock(given.getOrDefault("--block-size", CopyRun.BLOCK_SIZE));
    int depth = Integer.parseInt(given.getOrDefault("--depth", CopyRun.DEPTH));
    if (depth < 1 || depth > CopyRun.MOST_DEPTH || (long) depth * blockSize > CopyRun.MOST_MEMORY) {
      return null;
    }
    CopyOptions.Sparse sparse =
        switch (given.getOrDefault("--sparse", "auto")) {
          case "auto" -> CopyOptions.Sparse.AUTO;
          case "always" -> CopyOptions.Sparse.ALWAYS;
          case "never" -> CopyOptions.Sparse.NEVER;
          default -> throw new IllegalArgumentException("--sparse");
        };
    CopyBar.Show progress =
        switch (given.getOrDefault("--progress", "auto")) {
          case "auto" -> CopyBar.Show.AUTO;
          case "always" -> CopyBar.Show.ALWAYS;
          case "never" -> CopyBar.Show.NEVER;
          default -> throw new IllegalArgumentException("--progress");
        };
    return new CopyRun(
        Path.of(names.get(0)),
        Path.of(names.get(1)),
        new CopyOptions(
            blockSize,
            depth,
            given.getOrDefault("--engine", Engines.AUTO),
            sparse,
            given.containsKey("--verify"),
            given.containsKey("--sync")),
        given.containsKey("--json"),
        progress);
  }
}
