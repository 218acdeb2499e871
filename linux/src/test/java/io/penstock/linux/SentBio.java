package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.BioOwner;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One bio of a test, and how it ended. */
final class SentBio implements BioOwner {
  private final Bio bio = new Bio(this);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final BlockDevice device;
  private volatile @Nullable IOException error;
  private volatile @Nullable Thread completedBy;

  private SentBio(Direction direction, BlockDevice device, long offset) {
    this.device = device;
    bio.begin(direction, device, offset, offset);
  }

  static SentBio read(BlockDevice device, long offset, MemorySegment... pieces) {
    return new SentBio(Direction.READ, device, offset).held(pieces);
  }

  static SentBio write(BlockDevice device, long offset, MemorySegment... pieces) {
    return new SentBio(Direction.WRITE, device, offset).held(pieces);
  }

  SentBio held(MemorySegment... pieces) {
    for (MemorySegment piece : pieces) {
      bio.add(piece, 0, piece.byteSize(), false, Long.MAX_VALUE);
    }
    return this;
  }

  SentBio borrowed(MemorySegment piece) {
    bio.add(piece, 0, piece.byteSize(), true, Long.MAX_VALUE);
    return this;
  }

  SentBio synchronous() {
    bio.synchronous(true);
    return this;
  }

  SentBio noWait() {
    bio.noWait(true);
    return this;
  }

  SentBio forcedUnitAccess() {
    bio.forcedUnitAccess(true);
    return this;
  }

  /** To be given up so long from now. */
  SentBio within(Duration time) {
    bio.deadline(Bio.deadlineIn(time.toNanos()));
    return this;
  }

  SentBio atomic() {
    bio.atomic(true);
    return this;
  }

  /** The bio itself, marked as in flight. */
  Bio ready() {
    bio.markInFlight();
    return bio;
  }

  Bio bio() {
    return bio;
  }

  SentBio submit() {
    device.submit(ready());
    return this;
  }

  boolean isDone() {
    return ended.getCount() == 0;
  }

  @Nullable Thread completedBy() {
    return completedBy;
  }

  @Nullable IOException await() {
    try {
      assertTrue(ended.await(30, TimeUnit.SECONDS), "the bio was not completed");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return error;
  }

  void succeeds() throws IOException {
    IOException failure = await();
    if (failure != null) {
      throw failure;
    }
  }

  BlockIoException fails(Errno errno) {
    IOException failure = await();
    assertNotNull(failure, "it was to fail with " + errno);
    BlockIoException known = assertInstanceOf(BlockIoException.class, failure);
    assertEquals(errno.number(), known.errno(), known.getMessage());
    return known;
  }

  @Override
  public void bioDone(Bio done, @Nullable IOException failure) {
    assertEquals(1, ended.getCount(), "completed twice");
    error = failure;
    completedBy = Thread.currentThread();
    done.release();
    ended.countDown();
  }
}
