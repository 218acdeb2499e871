package io.penstock.races;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Every race can fail, can show something, and says what it is about; none needs three processors.
 */
class RacesTest {
  private static final Path PLANTED = Path.of("../build/planted-races");
  private static final Path RULES = Path.of("../docs/rules.md");
  private static final Pattern HEAD = Pattern.compile("(?s)# rule: (\\S+)\n# race: (\\S+)\n.*");

  private static Stream<TestInfo> races() {
    return TestList.tests().stream().sorted().map(TestList::getInfo);
  }

  private static String shortName(TestInfo race) {
    return race.name().substring(race.name().lastIndexOf('.') + 1);
  }

  @Test
  void thereAreRaces() {
    assertFalse(TestList.tests().isEmpty());
  }

  @TestFactory
  Stream<DynamicTest> eachRace() {
    return races().map(race -> DynamicTest.dynamicTest(shortName(race), () -> check(race)));
  }

  private static void check(TestInfo race) throws IOException {
    String known = Files.readString(RULES);
    assertFalse(rulesOf(race).isEmpty(), "names no rule");
    for (String rule : rulesOf(race)) {
      assertTrue(known.contains("**" + rule + "**") || known.contains("**" + rule + " "), rule);
    }
    assertEquals(2, race.threads(), "threads");
    assertEquals(Expect.FORBIDDEN, race.unmatched().expect(), "what is not named is forbidden");
    assertTrue(
        race.cases().stream().anyMatch(each -> each.expect() == Expect.ACCEPTABLE_INTERESTING),
        "no outcome must be seen");
  }

  /** {@code build/prove-races --broken} then shows that the race notices. */
  @Test
  void eachRaceHasABrokenCopyOfItsRule() throws IOException {
    Set<String> broken = new TreeSet<>();
    try (Stream<Path> files = Files.list(PLANTED)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".patch")).toList()) {
        var head = HEAD.matcher(Files.readString(file));
        assertTrue(head.matches(), file + " does not begin with '# rule:' and '# race:'");
        broken.add(head.group(2) + " " + head.group(1));
      }
    }
    Set<String> races = new TreeSet<>();
    Set<String> pairs = new TreeSet<>();
    races()
        .forEach(
            race -> {
              races.add(shortName(race));
              rulesOf(race).forEach(rule -> pairs.add(shortName(race) + " " + rule));
            });
    assertTrue(pairs.containsAll(broken), () -> broken + " are not all of " + pairs);
    broken.forEach(each -> races.remove(each.substring(0, each.indexOf(' '))));
    assertEquals(Set.of(), races, "no broken copy");
  }

  private static List<String> rulesOf(TestInfo race) {
    try {
      return List.of(Class.forName(race.name()).getAnnotation(OfRule.class).value());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
