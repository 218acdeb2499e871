package io.penstock.linux;

import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.linux.abi.RingFailure;
import java.io.IOException;
import java.nio.file.Path;

/** A ring that the thread of a user drives; see {@link ConfinedLoop}. */
final class ConfinedRing implements ConfinedLoop {
  private final RingLoop loop;
  private volatile boolean woken;
  private boolean closed;

  private ConfinedRing(RingLoop loop) {
    this.loop = loop;
  }

  static ConfinedRing open(RingOptions options) throws IOException {
    try {
      return new ConfinedRing(RingLoop.open(options, RingGate.KERNEL, false));
    } catch (RingFailure failure) {
      throw SharedLoops.failure(failure);
    }
  }

  RingLoop loop() {
    return loop;
  }

  @Override
  public HostDevice open(Path path, OpenMode mode) throws IOException {
    requireOpen();
    return UringDevice.of(HostOpener.open(path, mode), loop, false, mode, () -> {});
  }

  @Override
  public int poll() {
    requireOpen();
    return loop.turn(0, 0);
  }

  @Override
  public int await(int atLeast, long timeoutNanos) {
    requireOpen();
    return waitFor(atLeast, timeoutNanos, false);
  }

  @Override
  public int park(long timeoutNanos) {
    requireOpen();
    return waitFor(1, timeoutNanos, true);
  }

  private int waitFor(int atLeast, long timeoutNanos, boolean alsoForNothing) {
    long begun = timeoutNanos == Ring.FOREVER ? 0 : System.nanoTime();
    long left = timeoutNanos;
    int total = 0;
    while (true) {
      int wanted = atLeast - total;
      if (!alsoForNothing) {
        wanted = Math.min(wanted, loop.inFlight());
      }
      boolean waits = wanted > 0 && left > 0 && !woken;
      total += waits ? loop.turn(wanted, left) : loop.turn(0, 0);
      if (!waits || total >= atLeast) {
        woken = false;
        return total;
      }
      if (timeoutNanos != Ring.FOREVER) {
        left = timeoutNanos - (System.nanoTime() - begun);
      }
    }
  }

  @Override
  public void wakeUp() {
    woken = true;
    loop.execute(() -> {});
  }

  @Override
  public int inFlight() {
    return loop.inFlight();
  }

  @Override
  public void close() {
    requireOwner();
    if (!closed) {
      closed = true;
      loop.close();
    }
  }

  private void requireOpen() {
    requireOwner();
    if (closed) {
      throw new IllegalStateException("this loop is closed; make another");
    }
  }

  private void requireOwner() {
    if (!loop.isOwner()) {
      throw new WrongThreadException(
          "this loop belongs to another thread; make one in " + Thread.currentThread().getName());
    }
  }

  @Override
  public String toString() {
    return "confined ring, " + loop.inFlight() + " in flight" + (closed ? ", closed" : "");
  }
}
