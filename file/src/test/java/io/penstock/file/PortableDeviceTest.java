package io.penstock.file;

import io.penstock.contract.BlockDeviceContract;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.OpenMode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The portable device keeps the contract of devices. */
class PortableDeviceTest extends BlockDeviceContract {
  @TempDir private Path directory;

  @Override
  protected BlockDevice open(long size) throws IOException {
    return new PortableProvider().open(directory.resolve("disk"), OpenMode.CREATE_NEW);
  }
}
