package io.penstock.site;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Puts samples into a page, behind the marks that name them. */
final class SampleFilling {
  private static final String FENCE = "```";

  private SampleFilling() {}

  /** The page with the block behind each mark as it is to be. */
  static String fill(String markdown, Collection<Sample> samples) {
    List<String> filled = new ArrayList<>();
    List<String> lines = markdown.lines().toList();
    int i = 0;
    while (i < lines.size()) {
      String line = lines.get(i++);
      filled.add(line);
      for (Sample sample : samples) {
        if (line.equals("<!-- sample: " + sample.name() + " -->")) {
          filled.add(FENCE + "java");
          sample.text().lines().forEach(filled::add);
          filled.add(FENCE);
          i = afterBlock(lines, i);
        }
      }
    }
    return String.join("\n", filled) + "\n";
  }

  /** Behind the block that begins at a line, if one does. */
  private static int afterBlock(List<String> lines, int from) {
    if (from == lines.size() || !lines.get(from).startsWith(FENCE)) {
      return from;
    }
    int end = from + 1;
    while (!lines.get(end).equals(FENCE)) {
      end++;
    }
    return end + 1;
  }
}
