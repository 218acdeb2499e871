package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.BenchCommand.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
  private static final long SIZE = 1 << 20;

  /** What is measured is of no interest here. */
  private static final List<Object> SHORT =
      List.of("--runtime", "0.1", "--rounds", "2", "--size", SIZE);

  @TempDir private Path directory;

  private Outcome bench(Object... arguments) {
    List<Object> words = new ArrayList<>(List.of("bench"));
    words.addAll(SHORT);
    words.addAll(List.of(arguments));
    return Outcome.of(words.toArray());
  }

  @Test
  void oneTableWithALineForEachEngineAndTheControl() throws IOException {
    Outcome outcome = bench("--file", directory, "--engines", "pread,jdk").succeeds();
    List<String> lines = outcome.out().lines().toList();
    assertTrue(
        lines.get(0).startsWith("randread, 4.00 KiB blocks, depth 32, 1 thread, 1.00 MiB of"));
    assertTrue(lines.get(0).endsWith("; medians of 2 rounds of 0.10 s"), lines.get(0));
    assertEquals("engine", firstWord(lines.get(1)));
    assertEquals("pread", firstWord(lines.get(2)));
    assertTrue(lines.get(2).endsWith(" pread"), lines.get(2));
    assertEquals("jdk", firstWord(lines.get(3)));
    assertTrue(lines.get(3).endsWith(" FileChannel, page cache"), lines.get(3));
    assertEquals("control", firstWord(lines.get(4)));
    assertEquals(List.of(), Host.names(directory), "the scratch file is removed");
  }

  private static String firstWord(String line) {
    return line.substring(0, line.indexOf(' '));
  }

  @Test
  void jsonHasEveryRoundOfEveryEngineAndNothingElseOnStandardOutput() {
    Outcome outcome =
        bench("--file", directory, "--engines", "pread,portable", "--json", "-").succeeds();
    assertEquals(1, outcome.out().lines().count());
    for (String field :
        List.of(
            "engine",
            "rw",
            "bs",
            "depth",
            "threads",
            "iops",
            "mb_s",
            "p50_us",
            "p99_us",
            "cpu_us_per_op",
            "bytes_per_op",
            "errors",
            "provider")) {
      assertTrue(count(outcome.out(), "\"" + field + "\":") >= 6, field);
    }
    assertEquals(6, count(outcome.out(), "\"rw\":\"randread\",\"bs\":4096,\"depth\":32"));
    assertEquals(2, count(outcome.out(), "\"engine\":\"pread\",\"round\":"));
    assertEquals(2, count(outcome.out(), "\"engine\":\"control\",\"round\":"));
    assertEquals(2, count(outcome.out(), "\"provider\":\"portable\",\"rw\""));
  }

  private static int count(String text, String wanted) {
    Matcher matcher = Pattern.compile(Pattern.quote(wanted)).matcher(text);
    int count = 0;
    while (matcher.find()) {
      count++;
    }
    return count;
  }

  @Test
  void jsonGoesToAFileBesideTheTable() throws IOException {
    Path file = directory.resolve("result.json");
    Outcome outcome = bench("--file", directory, "--engines", "pread", "--json", file).succeeds();
    assertTrue(outcome.out().contains("control"), outcome.out());
    assertTrue(Files.readString(file).startsWith("{\"file\":"), Files.readString(file));
  }

  @Test
  void aFileThatIsThereIsReadAndLeftAsItWas() throws IOException {
    Path file = Host.random(directory.resolve("data"), SIZE + 1000);
    byte[] before = Files.readAllBytes(file);
    bench("--file", file, "--engines", "pread,jdk-direct", "--rw", "read").succeeds();
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void aFileThatIsThereIsNotWrittenUnlessAllowed() throws IOException {
    Path file = Host.random(directory.resolve("data"), SIZE);
    byte[] before = Files.readAllBytes(file);
    for (String pattern : List.of("randwrite", "write", "randrw")) {
      bench("--file", file, "--engines", "pread,jdk", "--rw", pattern)
          .failsWith(
              "penstock bench: write "
                  + file
                  + ": EEXIST (file exists): its contents would be lost; allow that with"
                  + " --overwrite, or name a file that is not there");
      assertArrayEquals(before, Files.readAllBytes(file));
    }
    bench("--file", file, "--engines", "pread", "--rw", "randwrite", "--overwrite").succeeds();
    assertFalse(java.util.Arrays.equals(before, Files.readAllBytes(file)));
    assertEquals(SIZE, Files.size(file));
  }

  @Test
  void aFileThatIsNotThereIsMadeAndRemoved() throws IOException {
    bench("--file", directory.resolve("new"), "--engines", "pread", "--rw", "write").succeeds();
    assertEquals(List.of(), Host.names(directory));
  }

  @Test
  void aFileWithoutOneBlockIsRefused() throws IOException {
    Path file = Host.random(directory.resolve("data"), 4095);
    bench("--file", file, "--engines", "pread")
        .failsWith(
            "penstock bench: measure on "
                + file
                + ": EINVAL (invalid argument): 4095 bytes are less than one block of 4096; use a"
                + " larger file");
  }

  @Test
  void aPlainDirectBufferDoesToo() {
    bench("--file", directory, "--engines", "pread", "--memory", "direct").succeeds();
  }

  @Test
  void wrongUsageInOneLineWithStatusTwo() {
    Outcome unknown = bench("--engines", "pread,steam");
    assertEquals(2, unknown.status());
    assertTrue(
        unknown
            .err()
            .startsWith(
                "penstock bench: Invalid value for option '--engines': there is no 'steam'; use"
                    + " uring, uring-shared, pread,"),
        unknown.err());
    for (List<String> wrong :
        List.of(
            List.of("--depth", "0"),
            List.of("--threads", "1000"),
            List.of("--rounds", "0"),
            List.of("--runtime", "0"),
            List.of("--rw", "sideways"),
            List.of("--size", "0"),
            List.of("--bs", "1000"),
            List.of("--depth", "1024", "--bs", "64m"))) {
      assertEquals(2, Outcome.of(with("bench", wrong)).status(), wrong.toString());
    }
  }

  private static Object[] with(String first, List<String> rest) {
    List<Object> all = new ArrayList<>(List.of(first));
    all.addAll(rest);
    return all.toArray();
  }

  @Test
  void withoutARuntimeAllIsDoneInHalfAMinute() {
    for (int turns = 2; turns <= 14; turns++) {
      Plan plan = Plan.of(OptionalDouble.empty(), turns, 3);
      Duration turn = plan.timing().ramp().plus(plan.timing().runtime());
      Duration all = plan.warmUp().multipliedBy(turns).plus(turn.multipliedBy(3L * turns));
      assertTrue(all.compareTo(Duration.ofSeconds(27)) < 0, turns + " turns take " + all);
    }
    assertEquals(Duration.ofMillis(1500), Plan.of(OptionalDouble.of(1.5), 9, 3).timing().runtime());
  }
}
