package io.penstock.engine.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.rules.Rule;
import io.penstock.testkit.crash.CrashDisk;
import io.penstock.testkit.crash.CrashOptions;
import io.penstock.testkit.crash.CrashReport;
import io.penstock.testkit.crash.CrashSweep;
import io.penstock.testkit.crash.FileChecker;
import io.penstock.testkit.crash.FileScript;
import io.penstock.testkit.crash.FileWorkload;
import io.penstock.testkit.crash.TinyVolumeLayout;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What crashes leave of a file, when nothing is broken. */
@Rule({"CMP-6", "BIO-9", "ZERO-8"})
class CrashSweepTest {
  @ParameterizedTest
  @EnumSource
  void whatWasAcknowledgedSurvivesACrashAtAnyMoment(FileScript script, TestReporter reporter) {
    TinyVolumeLayout layout = new TinyVolumeLayout(4096, 0);
    CrashReport report =
        new CrashSweep(
                script.word(),
                new FileWorkload(layout, CrashDisk.DEFAULT, script),
                new FileChecker(layout))
            .run(CrashOptions.DEFAULT.withSeed(1));
    reporter.publishEntry(report.toString());
    assertTrue(report.isClean());
  }
}
