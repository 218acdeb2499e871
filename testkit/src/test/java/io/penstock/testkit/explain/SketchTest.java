package io.penstock.testkit.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testkit.Dice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The language of layout sketches. */
class SketchTest {
  private static void refuses(String sketch, int column, String expected, String found) {
    SketchSyntaxException wrong =
        assertThrows(SketchSyntaxException.class, () -> LayoutSketch.parse(sketch), sketch);
    assertEquals(column, wrong.column(), wrong.getMessage());
    assertEquals(
        "column " + column + ": expected " + expected + ", found " + found, wrong.getMessage());
  }

  @Test
  void headerGivesBlocksSizesAndLimits() {
    LayoutSketch sketch =
        LayoutSketch.parse(" 64K/4k size 100k bytes 1m pieces 7 piece 128k align 8 fua : map 0..9");
    assertEquals(65536, sketch.blockSize());
    assertEquals(102400, sketch.size());
    assertEquals(4096, sketch.limits().logicalBlock());
    assertEquals(1 << 20, sketch.limits().maxBytes());
    assertEquals(7, sketch.limits().maxSegments());
    assertEquals(128 << 10, sketch.limits().maxSegmentBytes());
    assertEquals(8, sketch.limits().memoryAlignment());
    assertTrue(sketch.limits().forcedUnitAccess());
  }

  @Test
  void fileEndsWithItsLastRunThatIsNotNew() {
    assertEquals(3 * 4096, LayoutSketch.parse("map 1, hole 2, map 9 new").size());
    assertEquals(0, LayoutSketch.parse("").size());
  }

  @Test
  void whatTheSketchDoesNotSayIsGiven() {
    LayoutSketch sketch = LayoutSketch.parse("map 1", 8192, 4096);
    assertEquals(8192, sketch.blockSize());
    assertEquals(4096, sketch.limits().logicalBlock());
  }

  @Test
  void aMistakeNamesItsColumnAndWhatWasExpected() {
    refuses(
        "4k: map 7 boundry",
        11,
        "a mark (new, boundary, defer, dirty, over, eager), ',' or the end",
        "'boundry'");
    refuses("4k: mop 7", 5, "'map', 'unwritten', 'hole' or 'fail'", "'mop'");
    refuses(
        "4k: map", 8, "a device block such as 7, or a range of them such as 100..103", "the end");
    refuses("map 1,", 7, "'map', 'unwritten', 'hole' or 'fail'", "the end");
    refuses("hole", 5, "how many blocks the hole has", "the end");
    refuses("hole 0", 6, "how many blocks the hole has, 1 to 281474976710656", "'0'");
    refuses("map 5..4", 8, "a block from 5 to 281474976710655", "'4'");
    refuses("fail EWHAT", 6, "an error such as EIO or ENOSPC", "'ewhat'");
    refuses("unwritten 3 new", 13, "no 'new' here: only mapped blocks can be new", "'new'");
    refuses("3k: map 1", 1, "the file block, a power of two from 512 to 1g such as 4k", "'3k'");
    refuses(
        "4k small: map 1",
        4,
        "a setting (size, device, bytes, pieces, piece, align, fua, nofill, max) or ':'",
        "'small'");
    refuses("4k size : map 1", 9, "the size of the file in bytes", "':'");
    refuses(
        "512/4k: map 1",
        1,
        "a file block that is no smaller than the logical block of 4096 bytes",
        "one of 512");
    refuses(
        "map 99999999999999999999",
        5,
        "a device block such as 7, or a range of them such as 100..103",
        "'99999999999999999999'");
  }

  /** Whatever is typed is understood or refused, and whatever is understood can be explained. */
  @Test
  void nothingElseIsThrown() {
    String[] words = {
      "4k",
      "512",
      "64k",
      "1g",
      "0",
      "7",
      "100",
      "9223372036854775807",
      "8000000t",
      ":",
      "/",
      ",",
      "..",
      "+",
      "size",
      "device",
      "bytes",
      "pieces",
      "piece",
      "align",
      "fua",
      "nofill",
      "max",
      "map",
      "map",
      "map",
      "unwritten",
      "hole",
      "fail",
      "eio",
      "new",
      "boundary",
      "defer",
      "dirty",
      "over",
      "eager",
      "x",
      "-"
    };
    Long given = Long.getLong("explain.seed");
    long first = given == null ? System.nanoTime() : given;
    int understood = 0;
    for (int i = 0; i < (given == null ? Integer.getInteger("explain.rounds", 20_000) : 1); i++) {
      Dice dice = new Dice(first + i);
      StringBuilder sketch = new StringBuilder();
      for (int word = dice.between(1, 9); word > 0; word--) {
        sketch.append(dice.pick(words)).append(dice.oneIn(4) ? "" : " ");
      }
      try {
        Explainer explainer = Explainer.of(LayoutSketch.parse(sketch.toString()));
        understood++;
        assertFalse(explainer.read(0, 8192).toString().isEmpty());
        assertFalse(explainer.write(512, 8192).toString().isEmpty());
      } catch (SketchSyntaxException wrong) {
        assertTrue(wrong.column() >= 1 && wrong.column() <= sketch.length() + 1, sketch::toString);
      } catch (RuntimeException | Error thrown) {
        throw new AssertionError(
            "'" + sketch + "', reproduce with -Dexplain.seed=" + (first + i), thrown);
      }
    }
    assertTrue(given != null || understood > 50, understood + " understood, from seed " + first);
  }

  /** What is read by people in the documentation is what the command prints. */
  @Test
  void documentationHasTheGrammar() throws IOException {
    List<String> source =
        Files.readAllLines(Path.of("src/main/java/io/penstock/testkit/explain/LayoutSketch.java"));
    for (String line : LayoutSketch.GRAMMAR.lines().toList()) {
      assertTrue(source.contains((" * " + line).stripTrailing()), line);
    }
  }
}
