package io.penstock.house;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the tests that carry {@code @Rule}, in the compiled tests of all modules and in the
 * contract tests.
 *
 * <p>A test counts only when something runs it: a {@code @Rule} of an abstract class counts when a
 * concrete test class extends it; one on a disabled test, or on a method that is no test, is a
 * complaint.
 */
final class RuleTests {
  private final Map<String, TestClass> classes = new TreeMap<>();
  private final Set<String> testAnnotations = new HashSet<>(TestClass.JUNIT_TESTS);
  private final List<RuleTest> tests = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();

  private RuleTests() {}

  /** Scans the project in the folder {@code root}, which must have been compiled. */
  static RuleTests scan(Path root) throws IOException {
    List<TestClass> found = new ArrayList<>();
    for (Path module : Modules.folders(root)) {
      found.addAll(TestClass.readAll(root, module, "test"));
    }
    found.addAll(TestClass.readAll(root, root.resolve("contract"), "main"));
    return of(found);
  }

  static RuleTests of(List<TestClass> found) {
    RuleTests tests = new RuleTests();
    found.forEach(each -> tests.classes.put(each.name(), each));
    tests.collect();
    return tests;
  }

  List<RuleTest> tests() {
    return tests;
  }

  List<String> complaints() {
    return complaints;
  }

  private void collect() {
    for (TestClass each : classes.values()) {
      // @SeededTest and its like: annotations of ours that JUnit takes for its own.
      if (each.isAnnotation()
          && each.annotations().stream().anyMatch(TestClass.JUNIT_TESTS::contains)) {
        testAnnotations.add(each.name());
      }
    }
    Set<String> run = classesThatRun();
    for (TestClass each : classes.values()) {
      boolean named =
          !each.rules().isEmpty() || each.methods().stream().anyMatch(m -> !m.rules().isEmpty());
      if (!named) {
        continue;
      }
      if (!run.contains(each.name())) {
        complaints.add(
            each.simpleName() + " carries @Rule but no concrete, enabled test class runs it");
        continue;
      }
      each.rules().forEach(rule -> tests.add(new RuleTest(rule, each.simpleName(), each.source())));
      each.methods().forEach(method -> collect(each, method));
    }
  }

  private void collect(TestClass owner, TestClass.Method method) {
    if (method.rules().isEmpty()) {
      return;
    }
    String name = owner.simpleName() + "." + method.name();
    if (method.annotations().stream().noneMatch(testAnnotations::contains)) {
      complaints.add(name + " carries @Rule but is not a test");
    } else if (method.annotations().contains(TestClass.DISABLED)) {
      complaints.add(name + " carries @Rule but is disabled");
    } else {
      method.rules().forEach(rule -> tests.add(new RuleTest(rule, name, owner.source())));
    }
  }

  /**
   * Concrete, enabled classes with tests of their own or inherited, and everything they inherit
   * from.
   */
  private Set<String> classesThatRun() {
    Set<String> run = new HashSet<>();
    Map<String, Boolean> memory = new HashMap<>();
    for (TestClass each : classes.values()) {
      if (!each.isAbstract() && isEnabled(each) && hasTests(each, memory)) {
        addWithParents(each, run);
      }
    }
    return run;
  }

  private boolean isEnabled(TestClass each) {
    if (each.annotations().contains(TestClass.DISABLED)) {
      return false;
    }
    TestClass outer = classes.get(each.outerName());
    return outer == null || isEnabled(outer);
  }

  private boolean hasTests(TestClass each, Map<String, Boolean> memory) {
    Boolean known = memory.get(each.name());
    if (known != null) {
      return known;
    }
    memory.put(each.name(), false); // a class nested in its own parent ends here
    boolean its =
        each.methods().stream()
            .anyMatch(m -> m.annotations().stream().anyMatch(testAnnotations::contains));
    for (String parent : each.parents()) {
      TestClass found = classes.get(parent);
      its |= found != null && hasTests(found, memory);
    }
    // A class whose nested classes hold the tests runs too.
    for (TestClass inner : classes.values()) {
      its |= inner.outerName().equals(each.name()) && hasTests(inner, memory);
    }
    memory.put(each.name(), its);
    return its;
  }

  private void addWithParents(TestClass each, Set<String> run) {
    if (!run.add(each.name())) {
      return;
    }
    for (String parent : each.parents()) {
      TestClass found = classes.get(parent);
      if (found != null) {
        addWithParents(found, run);
      }
    }
  }
}
