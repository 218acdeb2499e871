package io.penstock.engine.map;

import io.penstock.contract.BlockMapperContract;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.testkit.layout.TinyVolume;
import java.io.IOException;

class TinyVolumeContractTest extends BlockMapperContract {
  @Override
  protected BlockFile create(BlockDevice device) throws IOException {
    TinyVolume.format(device, 4096);
    return TinyVolume.open(device, 4096).file();
  }
}
