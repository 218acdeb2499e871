package io.penstock.linux;

import io.penstock.core.error.BlockIoException;
import io.penstock.linux.abi.IoUringProbe;
import io.penstock.linux.abi.RingFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The loops that all devices of this process share, each driven by a thread of its own. A loop is
 * made when a device first needs one, sleeps in the kernel while there is nothing to do, and ends
 * some time after its last device was closed. Thread-safe.
 *
 * <p>The system property {@code penstock.uring.loops} says how many there are, 1 unless it is set;
 * {@code penstock.uring.depth} how many operations each has in flight at most, 1024 unless it is
 * set.
 */
final class SharedLoops {
  private static final int MOST_LOOPS = Integer.getInteger("penstock.uring.loops", 1);
  private static final int DEPTH = Integer.getInteger("penstock.uring.depth", 1024);
  private static final long IDLE_NANOS = 5_000_000_000L;

  private static final List<SharedLoops> RUNNING = new ArrayList<>();
  private static int begun;

  private final CompletableFuture<RingLoop> loop = new CompletableFuture<>();

  /** Devices on this loop; guarded by the class. */
  private int users;

  private SharedLoops() {}

  /**
   * A loop for one more device, the one with the fewest.
   *
   * @throws IOException when no ring can be made
   */
  static RingLoop take() throws IOException {
    SharedLoops chosen;
    synchronized (SharedLoops.class) {
      chosen = choose();
      chosen.users++;
    }
    try {
      return chosen.loop.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RingFailure failure) {
        throw failure(failure);
      }
      throw failed;
    }
  }

  private static SharedLoops choose() {
    if (RUNNING.size() < Math.max(1, MOST_LOOPS)) {
      SharedLoops made = new SharedLoops();
      RUNNING.add(made);
      Thread.ofPlatform()
          .daemon()
          .name("penstock-uring-" + ++begun)
          .inheritInheritableThreadLocals(false)
          .start(made::run);
      return made;
    }
    SharedLoops least = RUNNING.getFirst();
    for (SharedLoops each : RUNNING) {
      if (each.users < least.users) {
        least = each;
      }
    }
    return least;
  }

  /** A device has left its loop. */
  static void giveBack(RingLoop loop) {
    synchronized (SharedLoops.class) {
      for (SharedLoops each : RUNNING) {
        if (each.loop.getNow(null) == loop) {
          each.users--;
        }
      }
    }
    loop.execute(() -> {});
  }

  /** Whether a loop is there, so that there can be rings. */
  static synchronized boolean isRunning() {
    for (SharedLoops each : RUNNING) {
      if (each.loop.isDone() && !each.loop.isCompletedExceptionally()) {
        return true;
      }
    }
    return false;
  }

  static BlockIoException failure(RingFailure failure) {
    return new BlockIoException(
        failure.errno(),
        "make a ring",
        UringDevice.PROVIDER,
        BlockIoException.NONE,
        BlockIoException.NONE,
        IoUringProbe.explain(failure.errno()).cause() + "; or use the pread engine",
        failure);
  }

  private void run() {
    RingLoop made;
    try {
      made = RingLoop.open(RingOptions.ofDepth(DEPTH), RingGate.KERNEL, true);
    } catch (RingFailure | RuntimeException | Error failure) {
      synchronized (SharedLoops.class) {
        RUNNING.remove(this);
      }
      loop.completeExceptionally(failure);
      return;
    }
    loop.complete(made);
    try {
      drive(made);
    } catch (RuntimeException | Error broken) {
      made.fail(broken);
    } finally {
      synchronized (SharedLoops.class) {
        RUNNING.remove(this);
      }
    }
    made.close();
  }

  private void drive(RingLoop made) {
    long idleSince = System.nanoTime();
    while (made.death() == null) {
      boolean used = hasUsers();
      made.turn(1, used ? Ring.FOREVER : IDLE_NANOS);
      if (used) {
        idleSince = System.nanoTime();
      } else if (System.nanoTime() - idleSince >= IDLE_NANOS && endIfUnused()) {
        return;
      }
    }
  }

  private boolean hasUsers() {
    synchronized (SharedLoops.class) {
      return users > 0;
    }
  }

  private boolean endIfUnused() {
    synchronized (SharedLoops.class) {
      return users == 0 && RUNNING.remove(this);
    }
  }
}
