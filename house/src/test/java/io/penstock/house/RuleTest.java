package io.penstock.house;

import java.util.Comparator;

/**
 * One test that proves one rule.
 *
 * @param rule the rule's name
 * @param name "Class.method", or "Class" when the annotation stands on the class
 * @param source the source file's path, from the project's folder
 */
record RuleTest(String rule, String name, String source) implements Comparable<RuleTest> {
  private static final Comparator<RuleTest> ORDER =
      Comparator.comparing(RuleTest::rule)
          .thenComparing(RuleTest::name)
          .thenComparing(RuleTest::source);

  @Override
  public int compareTo(RuleTest other) {
    return ORDER.compare(this, other);
  }
}
