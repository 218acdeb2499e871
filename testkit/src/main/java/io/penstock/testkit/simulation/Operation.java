package io.penstock.testkit.simulation;

import io.penstock.core.bio.Bio;
import io.penstock.core.error.Errno;
import org.jspecify.annotations.Nullable;

/** A bio in a simulated device, and what is going to become of it. Guarded by the device. */
final class Operation implements SectorStore.Writer {
  private final Bio bio;
  private final long generation;
  final long number;
  final long offset;
  final int sectors;
  final boolean isWrite;
  private final boolean atomic;
  final boolean isForced;

  /** Its fate, once it has begun; null for success. */
  @Nullable Errno error;

  /** Whether the device has begun it; it waits in the queue otherwise. */
  boolean begun;

  /** Blocks, from the first on, whose turn has come. */
  int done;

  /** Whether it is over: whatever was still to happen to it does not. */
  boolean over;

  private volatile boolean reported;

  Operation(Bio bio, long number, int sectorBytes) {
    this.bio = bio;
    this.number = number;
    generation = bio.generation();
    offset = bio.deviceOffset();
    sectors = (int) (bio.length() / sectorBytes);
    isWrite = bio.isWrite();
    atomic = isWrite && bio.isAtomic();
    isForced = isWrite && bio.isForcedUnitAccess();
  }

  Bio bio() {
    return bio;
  }

  @SuppressWarnings("ReferenceEquality") // a bio is itself and no other
  boolean is(Bio other, long ofGeneration) {
    return bio == other && generation == ofGeneration;
  }

  void report() {
    reported = true;
  }

  /** Whether its owner has been told. */
  @Override
  public boolean isReported() {
    return reported;
  }

  @Override
  public boolean isAtomic() {
    return atomic;
  }

  @Override
  public String toString() {
    return (isWrite ? "write " : "read ") + number + " of " + sectors + " blocks at " + offset;
  }
}
