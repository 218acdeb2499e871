package io.penstock.testkit.crash;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;

/** Says that it has forced unit access, and writes like any other. */
final class IgnoredForce extends ForwardingDevice {
  IgnoredForce(BlockDevice delegate) {
    super(delegate);
  }

  @Override
  public void submit(Bio bio) {
    bio.forcedUnitAccess(false);
    delegate().submit(bio);
  }
}
