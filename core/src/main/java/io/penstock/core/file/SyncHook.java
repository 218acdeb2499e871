package io.penstock.core.file;

import java.io.IOException;

/**
 * A layout's way to make a file durable (CMP-5, CMP-6). May wait; never called on a device's
 * thread.
 */
@FunctionalInterface
public interface SyncHook {
  /** The default: flushes every device the file has been written on. */
  SyncHook FLUSH_DEVICES =
      (file, scope) -> {
        file.flushDevices();
      };

  /**
   * Makes what was written before durable, with the metadata {@code scope} asks for.
   *
   * @throws IOException when data may be lost; the file then fails every later sync too, until it
   *     is opened again
   */
  void sync(BlockFile file, SyncScope scope) throws IOException;
}
