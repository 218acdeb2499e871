package io.penstock.cli.copy;

import io.penstock.core.device.HostDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.nio.file.Path;

/** A block device: written in place, and it must be large enough. */
final class DeviceTarget extends Target {
  DeviceTarget(Path path, HostDevice device) {
    super(path, device);
  }

  @Override
  Path currentPath() {
    return path();
  }

  @Override
  void prepare(long size, boolean dense) throws IOException {
    long room = device().length();
    if (room < size) {
      throw new BlockIoException(
          Errno.ENOSPC,
          "write",
          path().toString(),
          "the device holds "
              + room
              + " bytes, the source has "
              + size
              + "; use a device at least as large");
    }
  }

  /** What the device held there before would be seen otherwise. */
  @Override
  boolean leaveOut(long from, long length) throws IOException {
    return device().clear(from, length);
  }

  @Override
  void complete(long size) {}

  @Override
  void publish(boolean sync) throws IOException {
    if (sync) {
      device().flush();
    }
  }

  @Override
  void abandon() {}
}
