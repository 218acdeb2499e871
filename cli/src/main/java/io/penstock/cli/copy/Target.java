package io.penstock.cli.copy;

import io.penstock.core.device.HostDevice;
import java.io.IOException;
import java.nio.file.Path;

/** Where a copy goes to. Used by one thread, but for {@link #abandon()}. */
abstract class Target implements AutoCloseable {
  private final Path path;
  private final HostDevice device;

  Target(Path path, HostDevice device) {
    this.path = path;
    this.device = device;
  }

  /** The name the user gave. */
  final Path path() {
    return path;
  }

  /** The file or device to write to; it may have another name for now. */
  final HostDevice device() {
    return device;
  }

  /** The name it has now. */
  abstract Path currentPath();

  /**
   * Prepares for a source of so many bytes, before anything is written.
   *
   * @param dense whether every byte will be written
   */
  abstract void prepare(long size, boolean dense) throws IOException;

  /**
   * Makes a range read as zeros without writing them; whole blocks.
   *
   * @return false when they must be written
   */
  abstract boolean leaveOut(long from, long length) throws IOException;

  /** All data is there: gives the target its size. */
  abstract void complete(long size) throws IOException;

  /**
   * Gives the target its name.
   *
   * @param sync whether it must be durable afterwards
   */
  abstract void publish(boolean sync) throws IOException;

  /**
   * Removes what must not stay behind, unless it was published. Any thread, any number of times.
   */
  abstract void abandon();

  /** Closes the target; what was not published is removed. */
  @Override
  public final void close() throws IOException {
    abandon();
    device.close();
  }

  /** A failure that concerns a temporary name is told of the name that the user knows. */
  final IOException explain(IOException failure) {
    return new TemporaryName(currentPath(), path).explain(failure);
  }
}
