package io.penstock.core.device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A way to do direct I/O on files and block devices of the host. Found with {@link
 * java.util.ServiceLoader}, so that users of the engine need not know which operating system they
 * run on. Thread-safe; has a public constructor without arguments that does nothing expensive.
 */
public interface DeviceProvider {

  /** One lower-case word, by which users choose it, such as {@code pread} or {@code portable}. */
  String name();

  /**
   * Why this way cannot be used on this machine, and what to do about it; empty when it can be
   * used. Asking loads what the provider needs.
   */
  Optional<String> unavailabilityCause();

  /** Whether this way can be used on this machine. */
  default boolean isAvailable() {
    return unavailabilityCause().isEmpty();
  }

  /**
   * Opens a regular file or a block device.
   *
   * @return the open device; the caller closes it
   * @throws io.penstock.core.error.BlockIoException when it cannot be opened, with the number that
   *     open(2) gives: ENOENT, EACCES, EISDIR, EEXIST, EROFS, EBUSY …; EINVAL when the host refuses
   *     direct I/O on it, with a remedy, unless {@link OpenMode#bufferedFallback()}
   * @throws IOException when it cannot be opened for another reason
   * @throws UnsupportedOperationException when the way is not available
   */
  HostDevice open(Path path, OpenMode mode) throws IOException;

  /**
   * Makes a loop that the calling thread drives by itself, if this way has such.
   *
   * @param depth operations that are to be in flight at the same time at most; more are queued
   * @throws UnsupportedOperationException when this way has no loops, or is not available
   * @throws IOException when none can be made now
   */
  default ConfinedLoop newLoop(int depth) throws IOException {
    throw new UnsupportedOperationException(
        "the way '" + name() + "' has no loops of its own; use another, such as uring");
  }
}
