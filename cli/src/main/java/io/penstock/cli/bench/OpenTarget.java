package io.penstock.cli.bench;

import io.penstock.core.device.HostDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.file.HostLayout;
import java.io.IOException;

/**
 * The workload's file, open through a device.
 *
 * @param device that moves the bytes
 * @param file the engine's view of it
 */
record OpenTarget(HostDevice device, BlockFile file) implements AutoCloseable {

  /** Takes over a device that was just opened. */
  static OpenTarget of(HostDevice device) throws IOException {
    try {
      BlockFile file =
          BlockFile.builder(device, HostLayout.of(device)).size(device.length()).build();
      return new OpenTarget(device, file);
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try (device) {
      file.close();
    }
  }
}
