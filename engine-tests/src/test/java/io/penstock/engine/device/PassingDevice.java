package io.penstock.engine.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.InterposingDevice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Sees the end of every bio and changes nothing. */
final class PassingDevice extends InterposingDevice {
  PassingDevice(BlockDevice delegate) {
    super(delegate);
  }

  @Override
  public void submit(Bio bio) {
    interpose(bio);
  }

  @Override
  protected void ended(Bio bio, @Nullable IOException error) {
    bio.complete(error);
  }
}
