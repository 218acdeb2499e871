package io.penstock.linux;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;

/** The pread device keeps the contract of devices. */
class PreadDeviceContractTest extends HostDeviceContracts {
  @Override
  DeviceProvider provider() {
    return new PreadProvider();
  }

  @Override
  HostDevice takeOver(HostFile file) {
    return new PreadDevice(file, new DescriptorCalls(file.descriptor().fd()), 8);
  }
}
