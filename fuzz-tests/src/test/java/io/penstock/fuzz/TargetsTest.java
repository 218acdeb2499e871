package io.penstock.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.rules.Rule;
import io.penstock.testkit.fuzz.Fuzz;
import io.penstock.testkit.fuzz.FuzzReport;
import io.penstock.testkit.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A short run of every target from one seed; {@code build/prove-fuzz} has the long ones. */
class TargetsTest {
  private static final long SEED = 20261126;

  @TempDir private static Path scratch;

  @TestFactory
  Stream<DynamicTest> noInputIsTooMuchForAParser() throws IOException {
    return tests(Targets.parsers(scratch), 300);
  }

  @TestFactory
  @Rule({"MAP-2", "MAP-9", "MEM-4", "CMP-4", "CMP-8"})
  Stream<DynamicTest> noNeighbourIsTooMuchForTheEngine() {
    return tests(Targets.neighbours(), 150);
  }

  private static Stream<DynamicTest> tests(List<FuzzTarget> targets, long executions) {
    return targets.stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.name() + ", seed " + SEED,
                    () -> {
                      FuzzReport report =
                          Fuzz.of(each)
                              .seed(SEED)
                              .executions(executions)
                              .budget(Duration.ofSeconds(3))
                              .timeLimit(Duration.ofSeconds(20))
                              .run();
                      assertTrue(report.executions() >= 1, report.toString());
                    }));
  }

  @Test
  void targetsHaveNamesOfTheirOwn() throws IOException {
    List<FuzzTarget> all = Targets.all(scratch);
    assertEquals(all.size(), all.stream().map(FuzzTarget::name).distinct().count());
  }
}
