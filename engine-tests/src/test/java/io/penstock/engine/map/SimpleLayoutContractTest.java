package io.penstock.engine.map;

import io.penstock.contract.BlockMapperContract;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.testkit.layout.SimpleLayout;

class SimpleLayoutContractTest extends BlockMapperContract {
  @Override
  protected BlockFile create(BlockDevice device) {
    return SimpleLayout.create(device, 4096);
  }
}
