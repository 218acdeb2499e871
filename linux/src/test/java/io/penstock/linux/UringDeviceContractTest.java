package io.penstock.linux;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;

/** The io_uring device that all threads share keeps the contract of devices. */
class UringDeviceContractTest extends HostDeviceContracts {
  @BeforeEach
  void requireRings() {
    TestRings.require();
  }

  @Override
  DeviceProvider provider() {
    return new UringProvider();
  }

  @Override
  HostDevice takeOver(HostFile file) throws IOException {
    RingLoop loop = SharedLoops.take();
    return UringDevice.of(file, loop, true, OpenMode.READ_WRITE, () -> SharedLoops.giveBack(loop));
  }
}
