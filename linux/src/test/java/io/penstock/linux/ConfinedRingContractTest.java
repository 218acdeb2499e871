package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.contract.BlockDeviceContract;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A device of a loop that one thread of the test drives, used by all others. */
class ConfinedRingContractTest extends BlockDeviceContract {
  private static DrivenLoop driven;

  @TempDir Path directory;

  @BeforeAll
  static void begin() {
    TestRings.require();
    driven = DrivenLoop.begin(64);
  }

  @AfterAll
  static void end() throws Exception {
    if (driven != null) {
      driven.close();
    }
  }

  @Override
  protected BlockDevice open(long size) throws Exception {
    HostDevice device =
        driven.call(loop -> loop.open(directory.resolve("file"), OpenMode.CREATE_NEW));
    assertEquals(UringProvider.NAME, device.provider());
    return device;
  }
}
