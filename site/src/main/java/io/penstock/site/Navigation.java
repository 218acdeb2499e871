package io.penstock.site;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The order in which a reader finds the pages. A page that is not listed comes last, by itself. */
final class Navigation {
  private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put(
        "Begin",
        List.of("README.md", "docs/getting-started.md", "docs/concepts.md", "examples/README.md"));
    GROUPS.put(
        "Use",
        List.of(
            "docs/guide-storage-engines.md",
            "docs/guide-layouts.md",
            "docs/cookbook.md",
            "docs/tuning.md"));
    GROUPS.put("Run", List.of("docs/adopting.md", "docs/containers.md", "docs/troubleshooting.md"));
    GROUPS.put(
        "Look up",
        List.of(
            "docs/GLOSSARY.md",
            "docs/rules.md",
            "docs/conformance.md",
            "docs/performance.md",
            "docs/reliability.md",
            "docs/mutants.md"));
    GROUPS.put("The project", List.of("ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"));
  }

  private Navigation() {}

  /** Heading → the pages below it, of those there are. */
  static Map<String, List<Page>> of(List<Page> pages) {
    Map<Path, Page> left = new LinkedHashMap<>();
    for (Page page : pages) {
      left.put(page.file(), page);
    }
    Map<String, List<Page>> navigation = new LinkedHashMap<>();
    GROUPS.forEach(
        (heading, names) -> {
          List<Page> group = new ArrayList<>();
          for (String name : names) {
            Page page = left.remove(Path.of(name));
            if (page != null) {
              group.add(page);
            }
          }
          navigation.put(heading, group);
        });
    navigation.put("More", List.copyOf(left.values()));
    navigation.values().removeIf(List::isEmpty);
    return navigation;
  }
}
