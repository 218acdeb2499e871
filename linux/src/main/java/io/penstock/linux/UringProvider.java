package io.penstock.linux;

import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.linux.abi.IoUringProbe;
import io.penstock.linux.abi.NativeAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Direct I/O by io_uring, without a native library. Devices that are {@linkplain #open opened} here
 * share a loop in a thread of ours, and any thread submits to them; those of a {@linkplain #newLoop
 * loop of its own} belong to one thread, which is the fastest way there is.
 *
 * <p>Whether there can be a ring is found by making the shared one: containers and system settings
 * forbid what the kernel has, and limits of memory and descriptors may not leave enough.
 */
public final class UringProvider implements DeviceProvider {
  /** The name users choose it by. */
  public static final String NAME = UringDevice.PROVIDER;

  /** For {@link java.util.ServiceLoader}. */
  public UringProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> unavailabilityCause() {
    Optional<String> noCalls = NativeAccess.unavailabilityCause();
    if (noCalls.isPresent() || SharedLoops.isRunning()) {
      return noCalls;
    }
    try {
      SharedLoops.giveBack(SharedLoops.take());
      return Optional.empty();
    } catch (BlockIoException none) {
      return Optional.of(IoUringProbe.explain(none.errno()).cause());
    } catch (IOException broken) {
      return Optional.of(broken.toString());
    }
  }

  @Override
  public HostDevice open(Path path, OpenMode mode) throws IOException {
    requireAvailable();
    RingLoop loop = SharedLoops.take();
    boolean opened = false;
    try {
      HostFile file = Detour.call("open", () -> HostOpener.open(path, mode));
      HostDevice device = UringDevice.of(file, loop, true, mode, () -> SharedLoops.giveBack(loop));
      opened = true;
      return device;
    } finally {
      if (!opened) {
        SharedLoops.giveBack(loop);
      }
    }
  }

  @Override
  public ConfinedLoop newLoop(int depth) throws IOException {
    return newLoop(RingOptions.ofDepth(depth));
  }

  /** Makes a loop that the calling thread drives by itself, with options; as {@link #newLoop}. */
  public ConfinedLoop newLoop(RingOptions options) throws IOException {
    requireAvailable();
    if (Thread.currentThread().isVirtual()) {
      throw new BlockIoException(
          Errno.EINVAL,
          "make a loop",
          NAME,
          "a ring belongs to one thread of the kernel, and a virtual thread changes it; use a"
              + " platform thread, or the shared device");
    }
    return ConfinedRing.open(options);
  }

  private void requireAvailable() {
    unavailabilityCause()
        .ifPresent(
            cause -> {
              throw new UnsupportedOperationException(cause);
            });
  }
}
