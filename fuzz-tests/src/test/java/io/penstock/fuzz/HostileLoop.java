package io.penstock.fuzz;

import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import java.nio.file.Path;

/** Opens one file, a {@link HostileHost}; what is submitted completes at once. */
final class HostileLoop implements ConfinedLoop {
  private final HostileHost host;

  HostileLoop(HostileHost host) {
    this.host = host;
  }

  @Override
  public HostDevice open(Path path, OpenMode mode) {
    return host;
  }

  @Override
  public int poll() {
    return 0;
  }

  @Override
  public int await(int atLeast, long timeoutNanos) {
    return 0;
  }

  @Override
  public int park(long timeoutNanos) {
    return 0;
  }

  @Override
  public void wakeUp() {}

  @Override
  public int inFlight() {
    return 0;
  }

  @Override
  public void close() {}
}
