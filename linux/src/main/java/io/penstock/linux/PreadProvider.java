package io.penstock.linux;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.linux.abi.NativeAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Direct I/O by positional reads and writes: pread(2), pwrite(2), preadv2(2) and pwritev2(2). On
 * Linux, without a native library; the calling thread does the work where the caller waits.
 *
 * <p>{@link OpenMode#depth()} is the most threads that a device uses for bios nobody waits for.
 */
public final class PreadProvider implements DeviceProvider {
  /** The name users choose it by. */
  public static final String NAME = PreadDevice.PROVIDER;

  /** For {@link java.util.ServiceLoader}. */
  public PreadProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> unavailabilityCause() {
    return NativeAccess.unavailabilityCause();
  }

  @Override
  public HostDevice open(Path path, OpenMode mode) throws IOException {
    unavailabilityCause()
        .ifPresent(
            cause -> {
              throw new UnsupportedOperationException(cause);
            });
    return PreadDevice.open(path, mode);
  }
}
