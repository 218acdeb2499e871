package io.penstock.engine.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.testkit.crash.CrashDisk;
import io.penstock.testkit.crash.FileWorkload;
import io.penstock.testkit.crash.TinyVolumeLayout;
import org.junit.jupiter.api.Test;

/** A workload tells why its script failed, whatever the script has left under way. */
class FileWorkloadTest {
  @Test
  void aScriptThatFailsWithRequestsInFlightIsToldOf() {
    FileWorkload workload =
        new FileWorkload(
            new TinyVolumeLayout(2048, 24),
            CrashDisk.DEFAULT,
            (file, dice) -> {
              file.submit(0, 4096, false);
              file.submit(8192, 512, true);
              throw new IllegalStateException("the script's own failure");
            });
    IllegalStateException failure =
        assertThrows(IllegalStateException.class, () -> workload.record(1));
    assertEquals("the script's own failure", failure.getMessage());
  }
}
