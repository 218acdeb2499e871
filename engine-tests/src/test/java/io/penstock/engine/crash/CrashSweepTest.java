package io.penstock.engine.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.rules.Rule;
import io.penstock.testkit.crash.CrashOptions;
import io.penstock.testkit.crash.CrashReport;
import io.penstock.testkit.crash.CrashSweep;
import io.penstock.testkit.crash.TinyVolumeProof;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What crashes leave of a file of the engine, on disks with and without a cache and forced unit
 * access. {@code build/prove-crashes} goes further.
 */
@Rule({"ADM-8", "ADM-9", "MAP-11", "ZERO-1", "ZERO-2", "ZERO-8", "BIO-9", "CMP-5", "CMP-6"})
class CrashSweepTest {
  static List<CrashSweep> sweeps() {
    return TinyVolumeProof.sweeps();
  }

  @ParameterizedTest
  @MethodSource("sweeps")
  void whatWasAcknowledgedSurvivesACrashAtAnyMoment(CrashSweep sweep, TestReporter reporter) {
    long seed = new SplittableRandom().nextLong(1_000_000_000_000L);
    CrashReport report = sweep.run(CrashOptions.DEFAULT.withSeed(seed).withStates(4, 8, 2));
    reporter.publishEntry(sweep.name(), report.toString());
    assertTrue(report.states() >= report.crashPoints(), report::toString);
  }
}
