package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.rules.Rule;
import io.penstock.testkit.oracle.Simulation;
import io.penstock.testkit.oracle.ThreadedSimulation;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Random requests on random layouts, with faults, in random orders, compared with a model of what a
 * file is. A failure names its seed; {@code io.penstock.testkit.OracleMain --seed N --runs 1}
 * repeats it.
 */
@Rule({
  "ADM-1", "ADM-2", "ADM-3", "ADM-4", "ADM-5", "ADM-8", "ADM-9", "ADM-10", "ADM-11", "ADM-12",
  "ADM-13", "ADM-14"
})
@Rule({"MAP-1", "MAP-2", "MAP-3", "MAP-4", "MAP-6", "MAP-7", "MAP-8", "MAP-9", "MAP-10", "MAP-12"})
@Rule({"WALK-2", "WALK-3", "WALK-4", "WALK-5"})
@Rule({"ZERO-1", "ZERO-2", "ZERO-3", "ZERO-4", "ZERO-5", "ZERO-6", "ZERO-7", "ZERO-8"})
@Rule({"MEM-1", "MEM-2", "MEM-3", "MEM-4", "MEM-5"})
@Rule({"BIO-1", "BIO-2", "BIO-3", "BIO-4", "BIO-6", "BIO-7", "BIO-8", "BIO-9", "BIO-10"})
@Rule({"CMP-1", "CMP-2", "CMP-3", "CMP-4", "CMP-5", "CMP-6", "CMP-7", "CMP-8", "CMP-9", "CMP-11"})
class OracleTest {
  private static final int RUNS = 20;
  private static final int REQUESTS = 500;

  @Test
  void requestsOfKnownSeedsDoWhatTheModelDoes() {
    for (long seed = 1; seed <= RUNS; seed++) {
      assertEquals(seed, Simulation.run(seed, REQUESTS).seed());
    }
  }

  @Test
  void requestsOfANewSeedDoWhatTheModelDoes(TestReporter reporter) {
    long first = new SplittableRandom().nextLong(1_000_000_000_000L);
    reporter.publishEntry("first seed", Long.toString(first));
    for (int i = 0; i < RUNS; i++) {
      assertEquals(first + i, Simulation.run(first + i, REQUESTS).seed());
    }
  }

  @Test
  void aSeedRepeatsItsRun() {
    for (long seed = 1; seed <= RUNS; seed++) {
      assertEquals(Simulation.run(seed, REQUESTS), Simulation.run(seed, REQUESTS));
    }
  }

  @Test
  void requestsOfManyThreadsDoWhatTheModelDoes(TestReporter reporter) {
    long first = new SplittableRandom().nextLong(1_000_000_000_000L);
    reporter.publishEntry("first seed", Long.toString(first));
    for (int i = 0; i < RUNS / 2; i++) {
      long seed = first + i;
      assertDoesNotThrow(() -> ThreadedSimulation.run(seed, REQUESTS));
    }
  }
}
