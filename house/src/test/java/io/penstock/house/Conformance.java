package io.penstock.house;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Joins the rules of {@code docs/rules.md} with the tests that name them, and writes the result as
 * {@code docs/conformance.md}.
 *
 * <p>Run by {@code build/conformance} and by the build. It fails when a rule has no test, when a
 * test names a rule that does not exist, when a {@code @Rule} stands where nothing runs it, and in
 * CI when the committed page is out of date.
 */
public final class Conformance {
  /** Rules that may still be without tests: they are listed as planned. */
  private static final Set<String> PLANNED = Set.of();

  private final RuleBook book;
  private final Set<String> planned;
  private final Map<String, SortedSet<RuleTest>> tests = new LinkedHashMap<>();
  private final List<String> complaints = new ArrayList<>();

  Conformance(RuleBook book, RuleTests found, Set<String> planned) {
    this.book = book;
    this.planned = planned;
    complaints.addAll(found.complaints());
    for (RuleTest test : found.tests()) {
      if (book.find(test.rule()) == null) {
        complaints.add(test.name() + " names the unknown rule " + test.rule());
      }
      tests.computeIfAbsent(test.rule(), _ -> new TreeSet<>()).add(test);
    }
    for (RuleBook.Rule rule : book.rules()) {
      if (testsOf(rule).isEmpty() && !planned.contains(rule.name())) {
        complaints.add(rule.name() + " has no test");
      }
    }
  }

  /** What is wrong, one line each; empty when every rule has its test. */
  List<String> complaints() {
    return complaints;
  }

  /** The page, in Markdown. */
  String page() {
    StringBuilder page = new StringBuilder();
    page.append("# Conformance: rule by rule, the tests that prove it\n\n");
    page.append(
        "Made from [rules.md](rules.md) and the `@Rule` annotations of the tests by"
            + " `build/conformance`; not edited by hand.\n");
    String family = "";
    for (RuleBook.Rule rule : book.rules()) {
      if (!rule.family().equals(family)) {
        family = rule.family();
        page.append("\n## ").append(family).append(titleOf(family)).append("\n\n");
        page.append("| rule | what it says | tests |\n|---|---|---|\n");
      }
      page.append("| **").append(rule.name()).append("**").append(rule.better() ? " (better)" : "");
      page.append(" | ").append(rule.firstSentence().replace("|", "\\|"));
      page.append(" | ").append(cellOf(rule)).append(" |\n");
    }
    return page.toString();
  }

  private String titleOf(String family) {
    String title = book.title(family);
    return title.isEmpty() ? "" : ": " + title;
  }

  private String cellOf(RuleBook.Rule rule) {
    SortedSet<RuleTest> its = testsOf(rule);
    if (its.isEmpty()) {
      return planned.contains(rule.name()) ? "planned" : "**none**";
    }
    List<String> links = new ArrayList<>();
    for (RuleTest test : its) {
      links.add("[" + test.name() + "](../" + test.source() + ")");
    }
    return String.join("<br>", links);
  }

  private SortedSet<RuleTest> testsOf(RuleBook.Rule rule) {
    return tests.getOrDefault(rule.name(), new TreeSet<>());
  }

  /** Writes the page of the project in the folder {@code args[0]}. */
  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[0]);
    Conformance conformance =
        new Conformance(
            RuleBook.parse(Files.readString(root.resolve("docs/rules.md"), UTF_8)),
            RuleTests.scan(root),
            PLANNED);
    List<String> complaints = new ArrayList<>(conformance.complaints());
    Path file = root.resolve("docs/conformance.md");
    String page = conformance.page();
    boolean same = Files.exists(file) && Files.readString(file, UTF_8).equals(page);
    if (!same && "true".equals(System.getenv("CI"))) {
      complaints.add(
          "docs/conformance.md is out of date: run build/conformance after 'mvn verify' and commit"
              + " it");
    } else if (!same) {
      Files.writeString(file, page, UTF_8);
      System.out.println("conformance: docs/conformance.md written; commit it");
    }
    complaints.forEach(complaint -> System.out.println("conformance: " + complaint));
    if (complaints.isEmpty()) {
      System.out.println("conformance: every rule has its test");
    } else {
      System.exit(1);
    }
  }
}
