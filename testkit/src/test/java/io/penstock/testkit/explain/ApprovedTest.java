package io.penstock.testkit.explain;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Explanations as somebody has read and approved them. Each file has a sketch, a request, and the
 * text. To approve what is there now, run this test with {@code -Dexplain.approve=true} and look at
 * what changed.
 */
class ApprovedTest {
  private static final Path CASES = Path.of("src/test/resources/io/penstock/testkit/explain");
  private static final String SKETCH = "sketch:";
  private static final String REQUEST = "request:";

  @TestFactory
  Stream<DynamicTest> explainsAsApproved() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files.sorted().toList().stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }
  }

  @Test
  void aDifferenceIsShownLineByLine() {
    assertTrue(
        difference("one\ntwo\n", "one\nzwei\n").contains("  one\n- two\n+ zwei\n"),
        difference("one\ntwo\n", "one\nzwei\n"));
  }

  private static void check(Path file) throws IOException {
    String text = Files.readString(file);
    String[] head = text.split("\n", 4);
    String sketch = head[0].substring(SKETCH.length()).trim();
    String request = head[1].substring(REQUEST.length()).trim();
    String approved = head.length > 3 ? head[3] : "";
    String found = explain(LayoutSketch.parse(sketch), request).toString();
    if (found.equals(approved)) {
      return;
    }
    if (Boolean.getBoolean("explain.approve")) {
      Files.writeString(file, head[0] + '\n' + head[1] + "\n\n" + found);
      return;
    }
    fail(
        file
            + " does not say what is explained now (- approved, + now):\n"
            + difference(approved, found)
            + "If that is right: mvn -pl testkit -am test -Dtest=ApprovedTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dexplain.approve=true, and commit it");
  }

  private static Explanation explain(LayoutSketch sketch, String request) {
    List<String> words = new ArrayList<>(Arrays.asList(request.split(" ")));
    String direction = words.removeFirst();
    String[] range = words.removeFirst().split(":");
    long position = new SketchTokens(range[0]).number("a position");
    long length = new SketchTokens(range[1]).number("a length");
    Explainer explainer = Explainer.of(sketch);
    IoFlags flags = IoFlags.NONE;
    while (!words.isEmpty()) {
      switch (words.removeFirst()) {
        case "segments" ->
            explainer =
                explainer.segments(
                    Arrays.stream(words.removeFirst().split(","))
                        .mapToLong(each -> new SketchTokens(each).number("a length"))
                        .toArray());
        case "data-sync" -> flags = flags.with(IoFlag.DATA_SYNC);
        case "no-wait" -> flags = flags.with(IoFlag.NOWAIT);
        case "overwrite-only" -> flags = flags.with(IoFlag.OVERWRITE_ONLY);
        default -> throw new IllegalArgumentException(request);
      }
    }
    explainer = explainer.flags(flags);
    return direction.equals("write")
        ? explainer.write(position, length)
        : explainer.read(position, length);
  }

  /** What both have at the beginning and the end is told once. */
  private static String difference(String approved, String found) {
    List<String> old = approved.lines().toList();
    List<String> now = found.lines().toList();
    int shortest = Math.min(old.size(), now.size());
    int same = 0;
    while (same < shortest && old.get(same).equals(now.get(same))) {
      same++;
    }
    int end = 0;
    while (end < shortest - same
        && old.get(old.size() - 1 - end).equals(now.get(now.size() - 1 - end))) {
      end++;
    }
    StringBuilder text = new StringBuilder();
    old.subList(0, same).forEach(line -> text.append("  ").append(line).append('\n'));
    old.subList(same, old.size() - end).forEach(line -> text.append("- " + line + '\n'));
    now.subList(same, now.size() - end).forEach(line -> text.append("+ " + line + '\n'));
    old.subList(old.size() - end, old.size()).forEach(line -> text.append("  " + line + '\n'));
    return text.toString();
  }
}
