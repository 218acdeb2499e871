package io.penstock.testkit.explain;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;

/** The device of a sketch, by its name. */
final class SketchDevice extends ForwardingDevice {
  SketchDevice(BlockDevice delegate) {
    super(delegate);
  }

  @Override
  public String name() {
    return "device";
  }
}
