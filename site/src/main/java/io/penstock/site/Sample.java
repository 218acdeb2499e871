package io.penstock.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A marked region of a source file: what stands between {@code // sample: NAME} and {@code // end
 * of sample}.
 *
 * @param source the file, relative to the tree
 * @param text as pages show it: indented as little as possible, each line ended
 * @param around the file without the region
 */
record Sample(String name, Path source, String text, String around) {
  private static final String BEGIN = "// sample: ";
  private static final String END = "// end of sample";
  private static final Pattern METHOD =
      Pattern.compile("(?:private )?static [\\w<>\\[\\], ?]+ (\\w+)\\(.*", Pattern.DOTALL);

  /** All regions below the folder of the examples. */
  static List<Sample> read(Path root) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (Path file : Tree.files(root.resolve("examples/src"), ".java")) {
      samples.addAll(parse(root.relativize(file), Files.readString(file, UTF_8)));
    }
    return samples;
  }

  static List<Sample> parse(Path source, String java) {
    List<Sample> samples = new ArrayList<>();
    List<String> lines = java.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.startsWith(BEGIN)) {
        int end = endOf(lines, i + 1, source, line);
        List<String> around = new ArrayList<>(lines);
        around.subList(i, end).clear();
        samples.add(
            new Sample(
                line.substring(BEGIN.length()),
                source,
                String.join("\n", lines.subList(i + 1, end)).stripIndent().strip() + "\n",
                String.join("\n", around)));
        i = end;
      }
    }
    return samples;
  }

  private static int endOf(List<String> lines, int from, Path source, String begin) {
    for (int i = from; i < lines.size(); i++) {
      if (lines.get(i).strip().equals(END)) {
        return i;
      }
    }
    throw new IllegalArgumentException(source + ": \"" + begin + "\" has no \"" + END + "\"");
  }

  /**
   * Whether a test runs it: it stands in a test, and is called there if it is a method; or its
   * class is used by a test.
   *
   * @param sources all sources in which tests may be
   */
  boolean isRun(List<String> sources) {
    Matcher method = METHOD.matcher(text);
    if (method.matches()) {
      return isTest(around) && around.matches("(?s).*\\b" + method.group(1) + "(\\(|\\)).*");
    }
    if (isTest(around)) {
      return true;
    }
    String type = String.valueOf(source.getFileName()).replace(".java", "");
    Pattern use = Pattern.compile("\\b" + type + "\\b");
    return sources.stream().anyMatch(each -> isTest(each) && use.matcher(each).find());
  }

  private static boolean isTest(String java) {
    return java.contains("@Test\n");
  }
}
