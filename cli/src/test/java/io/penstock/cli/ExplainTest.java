package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.rules.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a request becomes, told by the command. */
class ExplainTest {
  private static final String SKETCH = "4k: map 100..103 new, hole 4, map 7 boundary";

  @TempDir private Path directory;

  @Test
  void tellsTheStepsOfARequestToAMadeUpLayout() {
    String out = Outcome.of("explain", "--layout", SKETCH, "--write", "1536:8704").succeeds().out();
    assertTrue(out.startsWith("Write 1536..10240 of sketch: 8704 bytes in 1 segment."), out);
    assertTrue(out.contains("zeros  0..1536, head of a block that is new (ZERO-1)"), out);
    assertTrue(out.endsWith("The request reports 8704 bytes."), out);
  }

  @Test
  void printsForMachines() {
    Outcome outcome =
        Outcome.of("explain", "--layout", SKETCH, "--write", "1536:8704", "--json").succeeds();
    assertTrue(outcome.out().contains("\"answer\":{\"kind\":\"NEW\""), outcome.out());
    assertTrue(outcome.out().contains("{\"source\":\"zeros\",\"fileOffset\":0,"), outcome.out());
    assertTrue(outcome.out().contains("\"deviceOffset\":409600,"), outcome.out());
  }

  @Test
  void drawsTheSameEachTime() throws IOException {
    Path svg = directory.resolve("one.svg");
    Path again = directory.resolve("two.svg");
    Path html = directory.resolve("page.html");
    Outcome.of("explain", "--layout", SKETCH, "--write", "1536:8704", "--svg", svg).succeeds();
    Outcome.of(
            "explain", "--layout", SKETCH, "--write", "1536:8704", "--svg", again, "--html", html)
        .succeeds();
    String drawing = Files.readString(svg);
    assertEquals(drawing, Files.readString(again));
    assertTrue(drawing.startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""), drawing);
    assertTrue(drawing.contains("zeros  0..1536, head of a block that is new (ZERO-1)"), drawing);
    String page = Files.readString(html);
    assertTrue(page.contains("default-src 'none'"), page);
    assertTrue(page.contains("<button id=\"back\""), page);
  }

  @Test
  @Rule("FILE-3")
  void anUnalignedWriteIsToldAndChangesNothing() throws IOException {
    Path file = Host.random(directory.resolve("file"), 10_000);
    byte[] before = Files.readAllBytes(file);
    FileTime modified = Files.getLastModifiedTime(file);
    for (String range : new String[] {"1000:12000", "0:8k", "9999:1", "20000:1"}) {
      String out =
          Outcome.of("explain", file, "--write", range, "--data-sync", "--unit", "4k")
              .succeeds()
              .out();
      assertTrue(out.contains("The file layer has the engine write "), out);
      assertTrue(out.contains(" is flushed."), out);
    }
    assertArrayEquals(before, Files.readAllBytes(file));
    assertEquals(modified, Files.getLastModifiedTime(file));
  }

  @Test
  @Rule("FILE-3")
  void edgesAreReadAndPaddingIsCutOff() throws IOException {
    Path file = Host.random(directory.resolve("file"), 10_000);
    String out =
        Outcome.of("explain", file, "--write", "5000:6000", "--unit", "4k").succeeds().out();
    assertTrue(out.contains("read 4096..8192: a block that is written in part is read"), out);
    assertTrue(out.contains("The file's length is set to 11000 bytes"), out);
    assertEquals(10_000, Files.size(file));
  }

  /** Also what is refused, and what lies where numbers end. */
  @Test
  void everythingCanBeDrawn() throws IOException {
    Path html = directory.resolve("page.html");
    for (String range :
        new String[] {"9223372036854775800:100", "9223372036854771712:4k", "0:0", "-5:10"}) {
      for (String direction : new String[] {"--read=", "--write="}) {
        Outcome.of("explain", "--layout", SKETCH, direction + range, "--html", html).succeeds();
        assertTrue(Files.readString(html).endsWith("</html>\n"));
      }
    }
  }

  @Test
  void tooManyStepsAreNotDrawn() {
    String run = ", map 1, map 3".repeat(2100).substring(2);
    Outcome outcome =
        Outcome.of(
            "explain",
            "--layout",
            "512: " + run,
            "--read",
            "0:2m",
            "--svg",
            directory.resolve("x"));
    assertEquals(2, outcome.status(), outcome.err());
    assertTrue(outcome.err().contains("are too many to be drawn"), outcome.err());
  }

  @Test
  void mistakesInALayoutNameTheirColumn() {
    Outcome outcome = Outcome.of("explain", "--layout", "4k: map 7 boundry", "--read", "0:4k");
    assertEquals(2, outcome.status());
    assertTrue(outcome.err().contains("column 11: expected a mark"), outcome.err());
  }

  @Test
  void mistakesInUsageAreWrongUsage() {
    for (String[] line :
        new String[][] {
          {"explain", "--layout", SKETCH},
          {"explain", "--read", "0:4k"},
          {"explain", "--layout", SKETCH, "--read", "4k"},
          {"explain", "--layout", SKETCH, "--read", "0:4k", "--write", "0:4k"},
          {"explain", "--layout", SKETCH, "--read", "0:4k", "--data-sync"},
          {"explain", "--layout", SKETCH, "--read", "0:1g"},
          {"explain", "image::/path", "--read", "0:4k", "--unit", "512"},
          {"explain", "file", "--read", "0:4k", "--block-size", "4k"},
          {"explain", "file", "--read", "0:4k", "--no-wait"}
        }) {
      Outcome outcome = Outcome.of((Object[]) line);
      assertEquals(2, outcome.status(), String.join(" ", line) + outcome);
      assertTrue(outcome.err().endsWith("see penstock explain --help"), outcome.err());
    }
  }

  @Test
  void whatIsExplainedIsNotOverwritten() throws IOException {
    Path file = Host.random(directory.resolve("file"), 10_000);
    byte[] before = Files.readAllBytes(file);
    for (String option : new String[] {"--html", "--svg"}) {
      Outcome outcome = Outcome.of("explain", file, "--read", "0:4k", option, file);
      assertEquals(2, outcome.status());
      assertTrue(outcome.err().contains("would be overwritten"), outcome.err());
    }
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void aMissingFileIsAFailure() {
    Outcome outcome = Outcome.of("explain", directory.resolve("missing"), "--read", "0:4k");
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains("ENOENT"), outcome.err());
  }

  @Test
  void helpHasTheGrammar() {
    String out = Outcome.of("explain", "--help").succeeds().out();
    assertTrue(out.contains("sketch   = [ header \":\" ] [ run { \",\" run } ]"), out);
  }
}
