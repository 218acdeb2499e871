package io.penstock.engine.device;

import io.penstock.contract.BlockDeviceContract;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.testkit.simulation.SimulatedDevice;
import io.penstock.testkit.simulation.VirtualClock;
import org.junit.jupiter.api.AfterEach;

/** The contract wants real threads: one more lets the time pass. */
class SimulatedDeviceContractTest extends BlockDeviceContract {
  private volatile boolean ticking = true;

  @Override
  protected BlockDevice open(long size) {
    VirtualClock clock = new VirtualClock();
    Thread.ofPlatform()
        .daemon()
        .name("simulated-time")
        .start(
            () -> {
              while (ticking) {
                if (!clock.runNext()) {
                  Thread.onSpinWait();
                }
              }
            });
    QueueLimits limits =
        QueueLimits.of(512)
            .withForcedUnitAccess(true)
            .withAtomicWrites(512, 4096)
            .withMaximum(16, 64 << 10, 256 << 10);
    return SimulatedDevice.builder(clock).size(size).limits(limits).build();
  }

  @AfterEach
  final void stopTime() {
    ticking = false;
  }
}
