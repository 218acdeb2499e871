package io.penstock.engine.device;

import io.penstock.contract.BlockDeviceContract;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;

class MemoryDeviceContractTest extends BlockDeviceContract {
  @Override
  protected BlockDevice open(long size) {
    QueueLimits limits =
        QueueLimits.of(512)
            .withMemoryAccess(true, true)
            .withForcedUnitAccess(true)
            .withAtomicWrites(512, 64 << 10);
    return MemoryDevice.builder().size(size).limits(limits).volatileCache(true).build();
  }
}
