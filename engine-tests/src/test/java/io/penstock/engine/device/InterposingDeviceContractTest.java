package io.penstock.engine.device;

import io.penstock.contract.BlockDeviceContract;
import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.InterposingDevice;
import io.penstock.core.device.MemoryDevice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

class InterposingDeviceContractTest extends BlockDeviceContract {
  @Override
  protected BlockDevice open(long size) {
    return new InterposingDevice(MemoryDevice.of(size)) {
      @Override
      public void submit(Bio bio) {
        interpose(bio);
      }

      @Override
      protected void ended(Bio bio, @Nullable IOException error) {
        bio.complete(error);
      }
    };
  }
}
