package io.penstock.site;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether every block of Java in a page is, word for word, a region that a test runs. */
final class SampleCheck {
  private final List<Page> pages;
  private final List<String> sources;
  private final Map<String, Sample> samples = new LinkedHashMap<>();
  private final List<String> complaints = new ArrayList<>();

  /**
   * A check.
   *
   * @param sources all sources in which tests may be
   */
  SampleCheck(List<Page> pages, List<Sample> samples, List<String> sources) {
    this.pages = pages;
    this.sources = sources;
    for (Sample sample : samples) {
      if (this.samples.put(sample.name(), sample) != null) {
        complaints.add(sample.source() + ": there are two samples " + sample.name());
      }
    }
  }

  /** What is wrong, one line each. */
  List<String> complaints() {
    List<String> all = new ArrayList<>(complaints);
    Set<String> shown = new HashSet<>();
    for (Page page : pages) {
      for (Page.JavaBlock block : page.code()) {
        look(page, block, shown, all);
      }
    }
    for (Sample sample : samples.values()) {
      if (!shown.contains(sample.name())) {
        all.add(sample.source() + ": no page shows the sample " + sample.name());
      }
      if (!sample.isRun(sources)) {
        all.add(sample.source() + ": no test runs the sample " + sample.name());
      }
    }
    return all;
  }

  private void look(Page page, Page.JavaBlock block, Set<String> shown, List<String> all) {
    String name = block.sample();
    if (name == null) {
      String first = block.text().lines().findFirst().orElse("");
      all.add(
          page.file()
              + ": \""
              + first
              + "\" is not code that a test runs; put <!-- sample: NAME --> before it");
      return;
    }
    Sample sample = samples.get(name);
    if (sample == null) {
      all.add(page.file() + ": there is no sample " + name);
      return;
    }
    shown.add(name);
    if (!sample.text().equals(block.text())) {
      all.add(
          page.file()
              + ": sample "
              + name
              + " is not that of "
              + sample.source()
              + "; run build/samples");
    }
  }
}
