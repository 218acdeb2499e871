package io.penstock.engine.device;

import io.penstock.contract.BlockDeviceContract;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.LimitDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;

class NarrowDeviceContractTest extends BlockDeviceContract {
  @Override
  protected BlockDevice open(long size) {
    QueueLimits narrow = QueueLimits.of(4096).withMemoryAlignment(4096).withMaximum(3, 4096, 8192);
    return new LimitDevice(MemoryDevice.of(size), narrow);
  }
}
