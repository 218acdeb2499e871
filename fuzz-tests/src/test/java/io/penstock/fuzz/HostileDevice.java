package io.penstock.fuzz;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.fuzz.Script.Vice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A device in memory that breaks its contract as the script says, and sees whether the engine keeps
 * its own: no transfer outside of what a mapper has answered. Thread-safe.
 */
final class HostileDevice implements BlockDevice {
  private static final byte FILL = 0x33;

  private final String name;
  private final Script script;
  private final QueueLimits limits;
  private final byte[] contents;
  private final Ranges granted = new Ranges();
  private final IoCounters counters = new IoCounters();
  private final List<Bio> held = new ArrayList<>();
  private final Abandoned abandoned = new Abandoned();

  /** Guarded by {@link #held}. */
  private boolean someoneWaits;

  private final List<String> violations;
  private final DeviceThread thread;
  private volatile boolean closed;

  HostileDevice(
      String name,
      Script script,
      QueueLimits limits,
      int size,
      DeviceThread thread,
      List<String> violations) {
    this.name = name;
    this.script = script;
    this.limits = limits;
    this.thread = thread;
    this.violations = violations;
    contents = new byte[size];
    java.util.Arrays.fill(contents, FILL);
  }

  /** The truth, whatever {@link #size()} says. */
  long trueSize() {
    return contents.length;
  }

  QueueLimits trueLimits() {
    return limits;
  }

  /** A mapper has answered this range, and the answer can be true. */
  void grant(long from, long to) {
    granted.add(from, to);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return script.indulges(Vice.DEVICE_SIZE) ? script.number() : contents.length;
  }

  @Override
  @SuppressWarnings("NullAway") // on purpose
  public QueueLimits limits() {
    if (script.indulges(Vice.DEVICE_LIMITS)) {
      switch (script.below(4)) {
        case 0 -> script.throwSomething(name);
        case 1 -> {
          return null;
        }
        case 2 -> {
          return limits.withMemoryAlignment(1 << script.below(20));
        }
        default -> {
          return limits.withMaximum(1 + script.below(3), limits.logicalBlock(), 1 << 20);
        }
      }
    }
    return limits;
  }

  @Override
  @SuppressWarnings("NullAway") // on purpose
  public IoCounters counters() {
    if (script.indulges(Vice.DEVICE_OBJECTS)) {
      if (script.oneIn(2)) {
        script.throwSomething(name);
      }
      return null;
    }
    return counters;
  }

  @Override
  public void submit(Bio bio) {
    look(bio);
    long generation = bio.generation();
    if (script.indulges(Vice.DEVICE_THROWS) && script.oneIn(2)) {
      abandoned.add(bio);
      script.throwSomething(name);
    }
    boolean late = script.indulges(Vice.DEVICE_LATE);
    if (late && !bio.isSynchronous() && script.oneIn(2) && hold(bio)) {
      // it ends when nobody waits any more
    } else if (late) {
      thread.run(() -> end(bio, generation));
    } else {
      end(bio, generation);
    }
    if (script.indulges(Vice.DEVICE_THROWS)) {
      script.throwSomething(name);
    }
  }

  /** Of a bio that is another's meanwhile nobody could tell that it ends too often. */
  private void end(Bio bio, long generation) {
    boolean twice = script.indulges(Vice.DEVICE_TWICE);
    if (bio.generation() != generation) {
      return;
    }
    try {
      finish(bio);
      if (twice && bio.generation() == generation) {
        finish(bio);
        violations.add(name + " completed a bio twice, and was not told");
      }
    } catch (IllegalStateException told) {
      // of a bio that had ended before
    }
  }

  private void finish(Bio bio) {
    IOException failure = script.indulges(Vice.DEVICE_FAILS) ? failure(bio) : move(bio);
    bio.complete(failure);
  }

  private IOException failure(Bio bio) {
    return switch (script.below(5)) {
      case 0 -> new IOException();
      case 1 -> new IOException(name + " failed", new Error("odd cause"));
      case 2 -> new BlockIoException(1 + script.below(4000), "x", name, -5, -7, "odd", null);
      case 3 -> new java.io.EOFException(name + " has ended");
      default ->
          new BlockIoException(
              Errno.EIO, "write", name, bio.deviceOffset(), bio.length(), "of the script");
    };
  }

  /** The promise of the engine: inside the device, and where a mapper has said. */
  private void look(Bio bio) {
    if (bio.deviceOffset() < 0
        || bio.length() <= 0
        || bio.length() > contents.length - bio.deviceOffset()) {
      if (!script.has(Vice.DEVICE_SIZE)) {
        violations.add("outside of " + name + ": " + bio);
      }
    } else if (!granted.contains(bio.deviceOffset(), bio.deviceEnd())) {
      violations.add("where no mapper has said: " + bio + ", granted are " + granted);
    }
    if (((bio.deviceOffset() | bio.length()) & limits.logicalBlock() - 1) != 0
        && !script.has(Vice.DEVICE_LIMITS)) {
      violations.add("not in whole blocks: " + bio);
    }
  }

  private @Nullable IOException move(Bio bio) {
    if (closed) {
      return new BlockIoException(Errno.ENODEV, "transfer", name, "it is closed");
    }
    if (bio.deviceOffset() < 0 || bio.length() > contents.length - bio.deviceOffset()) {
      return new BlockIoException(Errno.EIO, "transfer", name, "it is outside");
    }
    MemorySegment all = MemorySegment.ofArray(contents);
    long at = bio.deviceOffset();
    try {
      for (int i = 0; i < bio.pieces(); i++) {
        MemorySegment piece = bio.segment(i);
        long length = bio.pieceLength(i);
        if (bio.isWrite()) {
          MemorySegment.copy(piece, bio.pieceOffset(i), all, at, length);
        } else {
          MemorySegment.copy(all, at, piece, bio.pieceOffset(i), length);
        }
        at += length;
      }
      return null;
    } catch (RuntimeException closedMemory) {
      return new IOException(name + " cannot touch the memory", closedMemory);
    }
  }

  /** Completes what was thrown at instead of being begun. */
  void giveBack() {
    abandoned.giveBack();
  }

  private boolean hold(Bio bio) {
    synchronized (held) {
      return !someoneWaits && held.add(bio);
    }
  }

  /**
   * Somebody is going to wait for a request, or has: what is held back meanwhile may be what it
   * waits for.
   */
  void waiting(boolean value) {
    synchronized (held) {
      someoneWaits = value;
    }
    if (value) {
      drain();
    }
  }

  /** Ends what was held back; on the device's thread. */
  void drain() {
    List<Bio> all;
    synchronized (held) {
      all = List.copyOf(held);
      held.clear();
    }
    for (Bio each : all) {
      long generation = each.generation();
      thread.run(() -> end(each, generation));
    }
  }

  @Override
  public void cancel(Bio bio, long generation) {
    if (script.indulges(Vice.CANCELS)) {
      if (script.oneIn(2)) {
        script.throwSomething(name);
      }
      boolean was;
      synchronized (held) {
        was = held.remove(bio);
      }
      if (was) {
        thread.run(
            () -> bio.complete(new BlockIoException(Errno.ECANCELED, "transfer", name, "asked")));
      }
    }
  }

  @Override
  public void dropCachedAliases(long offset, long length) throws IOException {
    if (script.indulges(Vice.DEVICE_OBJECTS)) {
      if (script.oneIn(2)) {
        throw new IOException(name + " keeps its aliases");
      }
      script.throwSomething(name);
    }
  }

  @Override
  public void flush() throws IOException {
    if (script.indulges(Vice.DEVICE_FAILS)) {
      if (script.oneIn(2)) {
        throw new IOException(name + " cannot flush");
      }
      script.throwSomething(name);
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return name;
  }
}
