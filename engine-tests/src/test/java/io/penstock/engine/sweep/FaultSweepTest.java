package io.penstock.engine.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.rules.Rule;
import io.penstock.testkit.sweep.Delivery;
import io.penstock.testkit.sweep.FaultKind;
import io.penstock.testkit.sweep.FaultSweep;
import io.penstock.testkit.sweep.StandardWorkloads;
import io.penstock.testkit.sweep.Workload;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every call that the engine makes fails once, in each way it can. A failure names the faults;
 * {@code build/prove-faults} repeats it, and makes every two calls fail.
 */
@Rule({"CMP-1", "CMP-2", "CMP-3", "CMP-4", "CMP-5", "CMP-6", "CMP-8"})
@Rule({"ZERO-3", "ZERO-5", "ZERO-8"})
@Rule({"MEM-1", "MEM-2", "MEM-3", "MEM-4", "MEM-5"})
@Rule({"ADM-5", "ADM-8", "ADM-9", "ADM-10", "ADM-11", "ADM-13", "ADM-14"})
@Rule({"MAP-7", "MAP-9", "MAP-10", "BIO-6", "BIO-9", "BIO-10", "WALK-4", "WALK-5"})
class FaultSweepTest {
  /** Workloads with so few calls have every two of them fail here too. */
  private static final int SHORT = 15;

  @ParameterizedTest
  @EnumSource
  void whateverFailsTheRequestEndsAsTheRulesSay(Delivery delivery) {
    Set<FaultKind> met = EnumSet.noneOf(FaultKind.class);
    for (Workload workload : StandardWorkloads.all()) {
      try (FaultSweep sweep = new FaultSweep(workload, delivery)) {
        sweep.clean().singles();
        assertTrue(
            sweep.singleRuns() > sweep.points(), () -> workload.name() + " was hardly swept");
        met.addAll(sweep.kinds());
      }
    }
    Set<FaultKind> expected = EnumSet.allOf(FaultKind.class);
    if (delivery == Delivery.WAITING) {
      expected.remove(FaultKind.EXECUTOR);
    }
    assertEquals(expected, met, "kinds of calls that failed");
  }

  @Test
  void whateverTwoFailTheRequestEndsAsTheRulesSay(TestReporter reporter) {
    long seed = new SplittableRandom().nextLong(1_000_000_000_000L);
    reporter.publishEntry("seed", Long.toString(seed));
    long runs = 0;
    for (Workload workload : StandardWorkloads.all()) {
      for (Delivery delivery : List.of(Delivery.WAITING, Delivery.REVERSED)) {
        try (FaultSweep sweep = new FaultSweep(workload, delivery).seed(seed)) {
          if (sweep.clean().points() <= SHORT) {
            runs += sweep.pairs().pairRuns();
          }
        }
      }
    }
    assertNotEquals(0, runs, "no workload is short");
  }
}
