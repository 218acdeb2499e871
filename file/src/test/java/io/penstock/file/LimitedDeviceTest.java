package io.penstock.file;

import io.penstock.contract.BlockDeviceContract;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.OpenMode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A device behind two tight limits keeps the contract of devices. */
class LimitedDeviceTest extends BlockDeviceContract {
  @TempDir private Path directory;

  @Override
  protected BlockDevice open(long size) throws IOException {
    IoLimits disk = IoLimits.builder("disk").operations(2).bytes(128 << 10).build();
    IoLimits mine = IoLimits.builder("mine").operations(1).build();
    OpenPlan.Opened opened =
        new OpenPlan.Opened(
            new PortableProvider().open(directory.resolve("disk"), OpenMode.CREATE_NEW), "a test");
    return LimitedDevice.before(opened, DirectFileOptions.DEFAULT.withLimits(disk, mine)).device();
  }
}
