package io.penstock.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.BioOwner;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One bio of a contract test, its owner, and what it was told. For one submission. */
final class ContractBio implements BioOwner {
  private static final long SECONDS = 30;

  private final BlockDevice device;
  private final Bio bio = new Bio(this);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger completions = new AtomicInteger();
  private volatile @Nullable IOException error;
  private volatile @Nullable Thread completedBy;

  private ContractBio(Direction direction, BlockDevice device, long offset) {
    this.device = device;
    bio.begin(direction, device, offset, offset);
  }

  static ContractBio read(BlockDevice device, long offset, MemorySegment... pieces) {
    return new ContractBio(Direction.READ, device, offset).add(pieces);
  }

  static ContractBio write(BlockDevice device, long offset, MemorySegment... pieces) {
    return new ContractBio(Direction.WRITE, device, offset).add(pieces);
  }

  private ContractBio add(MemorySegment... pieces) {
    for (MemorySegment piece : pieces) {
      bio.add(piece, 0, piece.byteSize(), false, Long.MAX_VALUE);
    }
    return this;
  }

  /** Adds memory that only this thread may touch, or that may be closed. */
  ContractBio addBorrowed(MemorySegment piece) {
    bio.add(piece, 0, piece.byteSize(), true, Long.MAX_VALUE);
    return this;
  }

  /** For flags, and to cancel. */
  Bio bio() {
    return bio;
  }

  /** Marks the bio as in flight, for a batch. */
  Bio ready() {
    bio.markInFlight();
    return bio;
  }

  ContractBio submit() {
    device.submit(ready());
    return this;
  }

  /** Waits for the end. */
  ContractBio await() {
    boolean interrupted = false;
    boolean done = false;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!done && deadline - System.nanoTime() > 0) {
      try {
        done = ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    assertTrue(done, () -> device + " did not complete a bio within " + SECONDS + " s");
    return this;
  }

  boolean isDone() {
    return completions.get() > 0;
  }

  int completions() {
    return completions.get();
  }

  @Nullable IOException error() {
    return error;
  }

  @Nullable Thread completedBy() {
    return completedBy;
  }

  /** Waits for the end, which must be a success. */
  void awaitSuccess() throws IOException {
    await();
    IOException failure = error;
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void bioDone(Bio done, @Nullable IOException failure) {
    error = failure;
    completedBy = Thread.currentThread();
    completions.incrementAndGet();
    done.release();
    ended.countDown();
  }
}
