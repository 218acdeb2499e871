package io.penstock.engine.device;

import io.penstock.contract.BlockDeviceContract;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DelayDevice;
import io.penstock.core.device.MemoryDevice;
import java.time.Duration;

class InterposingDeviceContractTest extends BlockDeviceContract {
  @Override
  protected BlockDevice open(long size) {
    DelayDevice slow = new DelayDevice(MemoryDevice.of(size), Duration.ofNanos(1));
    return new PassingDevice(new PassingDevice(slow));
  }
}
