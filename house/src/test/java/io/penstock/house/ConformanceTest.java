package io.penstock.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConformanceTest {
  private static final String RULES =
      """
      ## ADM: admission

      - **ADM-1 (better)** A read past the end, e.g. at 4096, transfers nothing. And more.
      - **ADM-2** Checks come in order
        and go on here. More.

      ## FILE: files

      - **FILE-8** Later.
      """;

  @Test
  void aRuleIsItsFirstSentenceAcrossLines() {
    List<RuleBook.Rule> rules = RuleBook.parse(RULES).rules();

    assertEquals(
        List.of("ADM-1", "ADM-2", "FILE-8"), rules.stream().map(RuleBook.Rule::name).toList());
    assertEquals(
        "A read past the end, e.g. at 4096, transfers nothing.", rules.get(0).firstSentence());
    assertTrue(rules.get(0).better());
    assertEquals("Checks come in order and go on here.", rules.get(1).firstSentence());
  }

  @Test
  void aRuleWithoutTestAndATestWithoutRuleAreComplaints() {
    Conformance conformance =
        conformance(
            test("a.B", false, method("m", "org.junit.jupiter.api.Test", "ADM-1", "XXX-9")));

    assertEquals(
        List.of("B.m names the unknown rule XXX-9", "ADM-2 has no test"), conformance.complaints());
  }

  @Test
  void aPlannedRuleNeedsNoTests() {
    Conformance conformance =
        conformance(
            test("a.B", false, method("m", "org.junit.jupiter.api.Test", "ADM-1", "ADM-2")));

    assertEquals(List.of(), conformance.complaints());
    assertTrue(conformance.page().contains("| **FILE-8** | Later. | planned |"));
    assertTrue(
        conformance
            .page()
            .contains("| **ADM-2** | Checks come in order and go on here. | [B.m](../x/B.java) |"));
  }

  @Test
  void anAbstractTestCountsOnlyWhenAConcreteOneExtendsIt() {
    TestClass contract =
        test("a.Contract", true, method("m", "org.junit.jupiter.api.Test", "ADM-1", "ADM-2"));
    TestClass concrete =
        new TestClass(
            "b.C",
            "y/C.java",
            false,
            false,
            List.of("a.Contract"),
            List.of(),
            List.of(),
            List.of());

    assertEquals(
        List.of(
            "Contract carries @Rule but no concrete, enabled test class runs it",
            "ADM-1 has no test",
            "ADM-2 has no test"),
        conformance(contract).complaints());
    assertEquals(List.of(), conformance(contract, concrete).complaints());
  }

  @Test
  void whatIsNotRunDoesNotCount() {
    TestClass each =
        test(
            "a.B",
            false,
            method("helps", "java.lang.Deprecated", "ADM-1"),
            method("m", "org.junit.jupiter.api.Test"));

    assertTrue(conformance(each).complaints().contains("B.helps carries @Rule but is not a test"));
  }

  private static Conformance conformance(TestClass... classes) {
    return new Conformance(RuleBook.parse(RULES), RuleTests.of(List.of(classes)), Set.of("FILE-8"));
  }

  private static TestClass test(String name, boolean isAbstract, TestClass.Method... methods) {
    String source = "x/" + name.substring(2) + ".java";
    return new TestClass(
        name, source, isAbstract, false, List.of(), List.of(), List.of(), List.of(methods));
  }

  private static TestClass.Method method(String name, String annotation, String... rules) {
    return new TestClass.Method(name, List.of(annotation), List.of(rules));
  }
}
