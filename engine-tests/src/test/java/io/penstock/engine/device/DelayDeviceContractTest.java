package io.penstock.engine.device;

import io.penstock.contract.BlockDeviceContract;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DelayDevice;
import io.penstock.core.device.MemoryDevice;

class DelayDeviceContractTest extends BlockDeviceContract {
  @Override
  protected BlockDevice open(long size) {
    return new DelayDevice(MemoryDevice.of(size), bio -> (bio.deviceOffset() >>> 9) % 5 * 20_000);
  }
}
