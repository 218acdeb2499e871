package io.penstock.linux;

import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A device of a loop that a thread of the test drives, used by other threads. */
class ConfinedRingContractTest extends HostDeviceContracts {
  private DrivenLoop driven;

  @BeforeEach
  void begin() throws Exception {
    TestRings.require();
    driven = DrivenLoop.begin(64);
  }

  @AfterEach
  void end() throws Exception {
    driven.close();
  }

  @Override
  DeviceProvider provider() {
    return new OnTheLoop();
  }

  @Override
  HostDevice takeOver(HostFile file) throws IOException {
    return driven.call(
        loop ->
            UringDevice.of(
                file, ((ConfinedRing) loop).loop(), false, OpenMode.READ_WRITE, () -> {}));
  }

  private final class OnTheLoop implements DeviceProvider {
    @Override
    public String name() {
      return UringProvider.NAME;
    }

    @Override
    public Optional<String> unavailabilityCause() {
      return Optional.empty();
    }

    @Override
    public HostDevice open(Path path, OpenMode mode) throws IOException {
      return driven.call((ConfinedLoop loop) -> loop.open(path, mode));
    }
  }
}
