package io.penstock.engine.device;

import io.penstock.contract.BlockDeviceContract;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DelayDevice;
import io.penstock.core.device.ErrorDevice;
import io.penstock.core.device.Fault;
import io.penstock.core.device.LimitDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.RecordDevice;
import io.penstock.core.error.Errno;
import java.time.Duration;

class StackedDevicesContractTest extends BlockDeviceContract {
  @Override
  protected BlockDevice open(long size) {
    MemoryDevice memory = MemoryDevice.of(size);
    ErrorDevice harmless =
        new ErrorDevice(memory).add(Fault.of(Errno.EIO).within(Long.MAX_VALUE - 1, 1));
    BlockDevice slow = new DelayDevice(harmless, Duration.ofNanos(1));
    return new RecordDevice(new LimitDevice(slow, slow.limits()), true, 1000);
  }
}
