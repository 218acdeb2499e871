package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The short way into a copy means what the parser of all commands means. */
class PlainCopyLineTest {
  private static final int LINES = 400;
  private static final List<List<String>> OPTIONS =
      List.of(
          List.of("--verify"),
          List.of("--sync"),
          List.of("--json"),
          List.of("--block-size", "4k", "64K", "1m", "1MiB", "3584", "1000", "x", ""),
          List.of("--depth", "1", "16", "+3", "007", "1024", "1025", "0", "-1", "many"),
          List.of("--engine", "auto", "uring", "pread", "portable", "none", "a=b"),
          List.of("--sparse", "auto", "always", "never", "ALWAYS", "sometimes"),
          List.of("--progress", "auto", "always", "never", "Never", "--json"));

  @Test
  void lineMeansTheSameToBoth() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int plain = 0;
    for (int i = 0; i < LINES; i++) {
      String[] words = line(random);
      CopyRun run = PlainCopyLine.parse(words);
      if (run != null) {
        plain++;
        assertEquals(parsedByAll(words), run, () -> "seed " + seed + ": " + List.of(words));
      }
    }
    assertTrue(plain > LINES / 20, "few of the lines were plain: " + plain + ", seed " + seed);
  }

  @Test
  void everyOptionIsKnownToBoth() {
    for (OptionSpec option :
        commandLine().getSubcommands().get("copy").getCommandSpec().options()) {
      if (option.usageHelp() || option.versionHelp()) {
        continue;
      }
      String value =
          switch (option.longestName()) {
            case "--block-size" -> "=64k";
            case "--depth" -> "=3";
            case "--engine" -> "=pread";
            case "--sparse", "--progress" -> "=never";
            default -> "";
          };
      String[] words = {"copy", "from", option.longestName() + value, "to"};
      assertNotNull(PlainCopyLine.parse(words), option::longestName);
      assertEquals(parsedByAll(words), PlainCopyLine.parse(words));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "doctor a b",
        "copy",
        "copy a",
        "copy a b c",
        "copy --help",
        "copy a b -V",
        "copy a b --verify=true",
        "copy a b --verify --verify",
        "copy a b --depth 3 --depth=3",
        "copy a b --depth",
        "copy a b --dep 3",
        "copy a b --sparse Always",
        "copy a b --depth 1024 --block-size 1g",
        "copy -- a b",
        "copy @options b",
        "copy a b --engine @options",
        "copy a b --unknown"
      })
  void whatIsNotPlainIsLeftToTheOther(String line) {
    assertNull(PlainCopyLine.parse(line.isEmpty() ? new String[0] : line.split(" ")));
  }

  private static String[] line(Random random) {
    List<List<String>> groups = new ArrayList<>();
    groups.add(List.of("from"));
    groups.add(List.of("a=b c"));
    for (int i = random.nextInt(4); i > 0; i--) {
      groups.add(option(random));
    }
    Collections.shuffle(groups, random);
    List<String> words = new ArrayList<>(List.of("copy"));
    groups.forEach(words::addAll);
    return words.toArray(String[]::new);
  }

  private static List<String> option(Random random) {
    List<String> option = OPTIONS.get(random.nextInt(OPTIONS.size()));
    if (option.size() == 1) {
      return option;
    }
    String value = option.get(1 + random.nextInt(option.size() - 1));
    return random.nextBoolean()
        ? List.of(option.getFirst(), value)
        : List.of(option.getFirst() + '=' + value);
  }

  private static CopyRun parsedByAll(String[] words) {
    CommandLine.ParseResult parsed = commandLine().parseArgs(words);
    return ((CopyCommand) parsed.subcommand().commandSpec().userObject()).asRun();
  }

  private static CommandLine commandLine() {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    return Main.commandLine(nowhere, nowhere);
  }
}
