package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.ext4.host.Tools;
import io.penstock.rules.Rule;
import io.penstock.testkit.crash.CrashDisk;
import io.penstock.testkit.crash.CrashOptions;
import io.penstock.testkit.crash.CrashReport;
import io.penstock.testkit.crash.CrashSweep;
import io.penstock.testkit.crash.FileChecker;
import io.penstock.testkit.crash.FileScript;
import io.penstock.testkit.crash.FileWorkload;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** After a crash the volume is whole, what was synced is there, and nothing else ever shows up. */
class CrashTest {
  private static final long SEED = Long.getLong("penstock.ext4.seed", 1);
  private static final long STATES = Long.getLong("penstock.ext4.states", 400);

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "-t ext4 -b 1024 -J size=1, MIXED, 6",
    "-t ext4 -b 1024 -J size=1, APPEND, 6",
    "-t ext4 -b 4096 -J size=4, TRUNCATE, 12",
    "-t ext4 -b 4096 -J size=4, IN_FLIGHT, 12",
    "-t ext3 -b 1024 -J size=1, MIXED, 6",
    "-t ext3 -b 1024 -J size=1, HOLES, 6",
    "-t ext2 -b 1024, MIXED, 2",
    "-t ext4 -b 1024 -O ^has_journal, TRUNCATE, 2",
  })
  @Rule({"CMP-6", "ZERO-3", "ZERO-8"})
  void whatWasSyncedIsThereAfterwards(String options, FileScript script, int mebibytes)
      throws Exception {
    Tools.need("mke2fs", "-V");
    CrashVolume volume = new CrashVolume(directory, options, mebibytes << 20);
    CrashDisk disk = new CrashDisk((long) mebibytes << 20, 512, true, true);
    CrashReport report =
        new CrashSweep(
                options + "/" + script.word(),
                new FileWorkload(volume, disk, script).behind(CrashVolume::wholeSuperblock),
                new FileChecker(volume))
            .run(CrashOptions.DEFAULT.withSeed(SEED).withMaxStates(STATES));
    System.out.println(
        "seed "
            + SEED
            + ", mke2fs "
            + options
            + ", "
            + script.word()
            + ": "
            + report.states()
            + " states at "
            + report.crashPoints()
            + " points of "
            + report.writes()
            + " writes, "
            + volume.checked()
            + " asked of e2fsck");
    assertTrue(report.states() >= Math.min(STATES, 100) / 2, report::toString);
  }
}
