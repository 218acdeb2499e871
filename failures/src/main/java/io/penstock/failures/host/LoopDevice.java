package io.penstock.failures.host;

import io.penstock.failures.Skipped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A loop device over a sparse file of its own; detached and removed when closed. */
public final class LoopDevice implements AutoCloseable {
  private final Path path;
  private final Path backing;

  private LoopDevice(Path path, Path backing) {
    this.path = path;
    this.backing = backing;
  }

  /**
   * Attaches a device.
   *
   * @param backing created; must not be there
   * @param sizeBytes of the device
   * @param direct whether the backing file is read and written past the page cache
   * @throws Skipped where there are no loop devices
   */
  public static LoopDevice attach(Path backing, long sizeBytes, boolean direct) throws IOException {
    Commands.requireRoot();
    Commands.require("losetup", "mount");
    try (FileChannel file =
        FileChannel.open(backing, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(1), sizeBytes - 1);
    }
    String device;
    try {
      device =
          Commands.run(
              "losetup",
              "--find",
              "--show",
              direct ? "--direct-io=on" : "--direct-io=off",
              backing.toString());
    } catch (IOException none) {
      Files.delete(backing);
      throw new Skipped("no loop device can be had: " + none.getMessage());
    }
    return new LoopDevice(Path.of(device), backing);
  }

  /** The device. */
  public Path path() {
    return path;
  }

  /** The file it is over. */
  public Path backing() {
    return backing;
  }

  @Override
  public void close() throws IOException {
    Commands.run("losetup", "--detach", path.toString());
    Files.delete(backing);
  }
}
