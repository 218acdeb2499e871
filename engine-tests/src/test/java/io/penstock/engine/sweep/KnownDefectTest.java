package io.penstock.engine.sweep;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.testkit.Divergence;
import io.penstock.testkit.Pattern;
import io.penstock.testkit.layout.SimpleLayout;
import io.penstock.testkit.sweep.Delivery;
import io.penstock.testkit.sweep.FaultSites;
import io.penstock.testkit.sweep.FaultSweep;
import io.penstock.testkit.sweep.Step;
import io.penstock.testkit.sweep.SweepFault;
import io.penstock.testkit.sweep.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the sweep has found and the engine does not do right yet. A test here fails as soon as the
 * engine does; its script then belongs to the standard workloads.
 */
class KnownDefectTest {
  private static final int BLOCK = 4096;

  /**
   * ZERO-8: F=4096, L=512, a file of 5096 bytes. A write of 4608..6144 reaches the device and fails
   * all the same; the size stays. A later write at 12800 leaves a gap, and zeroes the file's last
   * block from 5120 on: the bytes 5096..5120 are those of the write that failed.
   */
  @Test
  void aFailedWriteShowsInTheGapBehindTheSectorInWhichTheFileEnds() {
    try (FaultSweep sweep = new FaultSweep(new FailedWriteAcrossTheEnd(), Delivery.WAITING)) {
      sweep.clean();
      SweepFault late = SweepFault.parse("BIO-5:ALL");
      Divergence found =
          assertThrows(
              Divergence.class,
              () -> sweep.repeat(List.of(late)),
              "mended: move the script to the standard workloads");
      assertTrue(String.valueOf(found.getMessage()).contains("byte 5096"), found::getMessage);
    }
  }

  private static final class FailedWriteAcrossTheEnd implements Workload {
    @Override
    public String name() {
      return "failed-write-across-the-end";
    }

    @Override
    public BlockFile open(FaultSites sites) {
      MemoryDevice disk = MemoryDevice.of(64 * BLOCK);
      disk.fill((byte) Pattern.POISON);
      BlockDevice device = sites.device(disk);
      SimpleLayout layout = SimpleLayout.on(device, BLOCK);
      return sites.file(device, layout, layout).blockSize(BLOCK).build();
    }

    @Override
    public List<Step> script() {
      return List.of(
          Step.write(0, 2 * BLOCK),
          Step.truncate(5096),
          Step.write(4608, 1536),
          Step.write(12800, 512),
          Step.read(0, 4 * BLOCK).giving(13312));
    }
  }
}
