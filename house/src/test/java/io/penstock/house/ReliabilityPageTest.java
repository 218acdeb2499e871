package io.penstock.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReliabilityPageTest {
  private static final String TEMPLATE = "| soak | {{soak.operations}} of `8` threads |\n";
  private static final Pattern TEST_NAME = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

  @Test
  void figuresStandWhereTheTemplateAsksForThem() {
    ReliabilityPage page =
        new ReliabilityPage(TEMPLATE, new TreeMap<>(Map.of("soak.operations", "1234567")));

    assertEquals("| soak | 1,234,567 of `8` threads |\n", page.page());
    assertEquals(List.of(), page.complaints());
  }

  @Test
  void aFigureThatNobodyWroteIsAComplaint() {
    ReliabilityPage page = new ReliabilityPage(TEMPLATE, new TreeMap<>());

    page.page();

    assertEquals(List.of("no proof has written the figure soak.operations"), page.complaints());
  }

  @Test
  void aPageIsMadeFromItsTemplateWhenOnlyFiguresDiffer() {
    assertTrue(ReliabilityPage.isMadeFrom(TEMPLATE, "| soak | 5 of `8` threads |\n"));
    assertFalse(ReliabilityPage.isMadeFrom(TEMPLATE, "| soak | 5 of `9` threads |\n"));
    assertFalse(ReliabilityPage.isMadeFrom(TEMPLATE, TEMPLATE.replace("{{soak.operations}}", "?")));
  }

  @Test
  void figuresOfProofsThatWereNotRunAgainStayAsTheyStandOnThePage() {
    String template = "| {{soak.operations}} | {{fuzz.seed}} | {{soak.seed}} |\n";
    String page = "| 1,234,567 | 98765 | 7 |\n";
    SortedMap<String, String> now =
        new TreeMap<>(Map.of("soak.operations", "7654321", "soak.seed", "8", "fuzz.seed", "9"));

    SortedMap<String, String> renewed =
        ReliabilityPage.renewed(ReliabilityPage.onPage(template, page), now, Set.of("soak"));

    assertEquals("| 7,654,321 | 98765 | 8 |\n", new ReliabilityPage(template, renewed).page());
  }

  @Test
  void aFigureThatAProofHasNotWrittenThisTimeIsNotTakenFromThePage() {
    SortedMap<String, String> renewed =
        ReliabilityPage.renewed(
            new TreeMap<>(Map.of("soak.operations", "5")), new TreeMap<>(), Set.of("soak"));

    assertEquals(Map.of(), renewed);
  }

  @Test
  void aTypedFigureIsFound() {
    assertEquals(List.of(), ReliabilityPage.typedFigures("`50` kills, {{a.b2}} of MAP-2"));
    assertEquals(List.of("all 50 kills"), ReliabilityPage.typedFigures("all 50 kills"));
  }

  @Test
  void theCommittedPageIsMadeFromTheTemplateAndNoFigureInItIsTyped() throws IOException {
    Path docs = Modules.root().resolve("docs");
    String template = Files.readString(docs.resolve("reliability.template.md"), UTF_8);

    assertEquals(List.of(), ReliabilityPage.typedFigures(template));
    assertTrue(
        ReliabilityPage.isMadeFrom(
            template, Files.readString(docs.resolve("reliability.md"), UTF_8)),
        "docs/reliability.md is not the template with figures: run build/reliability");
  }

  @Test
  void theTestsThatThePageNamesExist() throws IOException {
    Set<String> tests = new HashSet<>();
    for (Path module : Modules.folders(Modules.root())) {
      for (TestClass each : TestClass.readAll(Modules.root(), module, "test")) {
        each.methods().forEach(method -> tests.add(each.simpleName() + "." + method.name()));
      }
    }
    String page = Files.readString(Modules.root().resolve("docs/reliability.template.md"), UTF_8);
    List<String> unknown = new ArrayList<>();
    Matcher names = TEST_NAME.matcher(page);
    while (names.find()) {
      String name = names.group(1) + "." + names.group(2);
      if (!tests.contains(name)) {
        unknown.add(name);
      }
    }
    assertEquals(List.of(), unknown);
  }
}
