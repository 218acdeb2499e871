package io.penstock.testkit.crash;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.BioOwner;
import io.penstock.core.bio.ZeroBuffer;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out the zeros that the engine writes around data in new blocks: what was on the disk
 * before, poison, shows instead.
 */
final class PoisonedZeros extends ForwardingDevice {
  private static final MemorySegment POISON =
      Arena.ofAuto().allocate(ZeroBuffer.SIZE, 4096).fill((byte) Pattern.POISON);

  PoisonedZeros(BlockDevice delegate) {
    super(delegate);
  }

  @Override
  public void submit(Bio bio) {
    if (!bio.isWrite()) {
      delegate().submit(bio);
      return;
    }
    Bio poisoned = new Bio(new Original(bio));
    poisoned
        .begin(bio.direction(), delegate(), bio.deviceOffset(), bio.fileOffset())
        .synchronous(bio.isSynchronous())
        .forcedUnitAccess(bio.isForcedUnitAccess());
    for (int i = 0; i < bio.pieces(); i++) {
      boolean zeros = bio.segment(i).equals(ZeroBuffer.segment());
      MemorySegment piece = zeros ? POISON : bio.segment(i);
      long length = bio.pieceLength(i);
      poisoned.add(piece, bio.pieceOffset(i), length, bio.isBorrowed(i), length);
    }
    poisoned.markInFlight();
    delegate().submit(poisoned);
  }

  private record Original(Bio bio) implements BioOwner {
    @Override
    public void bioDone(Bio done, @Nullable IOException error) {
      done.release();
      bio.complete(error);
    }
  }
}
