package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.BioOwner;
import io.penstock.core.bio.Direction;
import io.penstock.core.error.BlockIoException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One bio under test and what its owner was told. */
final class BioProbe implements BioOwner {
  final Bio bio = new Bio(this);
  private final BlockDevice device;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int completions;
  private volatile @Nullable IOException error;
  private @Nullable Runnable handler;

  BioProbe(Direction direction, BlockDevice device, long offset, MemorySegment... pieces) {
    this.device = device;
    bio.begin(direction, device, offset, offset);
    for (MemorySegment piece : pieces) {
      bio.add(piece, 0, piece.byteSize(), false, Long.MAX_VALUE);
    }
  }

  static BioProbe read(BlockDevice device, long offset, int length) {
    return new BioProbe(Direction.READ, device, offset, MemorySegment.ofArray(new byte[length]));
  }

  static BioProbe write(BlockDevice device, long offset, byte[] bytes) {
    return new BioProbe(Direction.WRITE, device, offset, MemorySegment.ofArray(bytes));
  }

  /** Runs when the bio is done. */
  BioProbe then(Runnable work) {
    handler = work;
    return this;
  }

  BioProbe submit() {
    bio.markInFlight();
    device.submit(bio);
    return this;
  }

  BioProbe await() throws InterruptedException {
    if (!ended.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError("not completed: " + bio);
    }
    return this;
  }

  int completions() {
    return completions;
  }

  boolean succeeded() {
    return completions == 1 && error == null;
  }

  @Nullable IOException error() {
    return error;
  }

  /** The error number, 0 for success, -1 while not done. */
  int errno() {
    if (completions == 0) {
      return -1;
    }
    return error == null ? 0 : ((BlockIoException) error).errno();
  }

  @Override
  public synchronized void bioDone(Bio done, @Nullable IOException failure) {
    error = failure;
    completions = completions + 1;
    done.release();
    Runnable work = handler;
    if (work != null) {
      work.run();
    }
    ended.countDown();
  }
}
