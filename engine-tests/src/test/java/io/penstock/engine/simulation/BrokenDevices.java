package io.penstock.engine.simulation;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.BioOwner;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.device.InterposingDevice;
import io.penstock.core.device.QueueLimits;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Devices that break their contract, each in one way. */
final class BrokenDevices {
  private BrokenDevices() {}

  /** Says that a flush is done and does nothing. */
  static final class ForgetsFlushes extends ForwardingDevice {
    ForgetsFlushes(BlockDevice delegate) {
      super(delegate);
    }

    @Override
    public QueueLimits limits() {
      return delegate().limits().withForcedUnitAccess(false);
    }

    @Override
    public void flush() {}
  }

  /** Ignores that a write is to be durable. */
  static final class ForgetsForcedAccess extends InterposingDevice {
    ForgetsForcedAccess(BlockDevice delegate) {
      super(delegate);
    }

    @Override
    public QueueLimits limits() {
      return delegate().limits().withForcedUnitAccess(true);
    }

    @Override
    public void submit(Bio bio) {
      bio.forcedUnitAccess(false);
      interpose(bio);
    }

    @Override
    protected void ended(Bio bio, @Nullable IOException error) {
      bio.complete(error);
    }
  }

  /** Of every fiftieth write the last half of a logical block is missing. */
  static final class TearsBlocks extends ForwardingDevice {
    private int writes;

    TearsBlocks(BlockDevice delegate) {
      super(delegate);
    }

    @Override
    public void submit(Bio bio) {
      if (bio.isWrite() && ++writes % 50 == 0) {
        torn(bio);
      } else {
        super.submit(bio);
      }
    }

    private void torn(Bio bio) {
      long length = bio.length();
      MemorySegment copy = Arena.ofAuto().allocate(length, 512);
      long at = 0;
      for (int i = 0; i < bio.pieces(); i++) {
        MemorySegment.copy(bio.segment(i), bio.pieceOffset(i), copy, at, bio.pieceLength(i));
        at += bio.pieceLength(i);
      }
      copy.asSlice(length - 256).fill((byte) 0x33);
      BioOwner owner =
          (done, error) -> {
            done.release();
            bio.complete(error);
          };
      Bio other = new Bio(owner);
      other.begin(io.penstock.core.bio.Direction.WRITE, delegate(), bio.deviceOffset(), 0);
      other.synchronous(bio.isSynchronous());
      other.add(copy, 0, length, false, Long.MAX_VALUE);
      other.markInFlight();
      delegate().submit(other);
    }
  }

  /** Completes every hundredth bio twice. */
  static final class CompletesTwice extends InterposingDevice {
    private int bios;

    CompletesTwice(BlockDevice delegate) {
      super(delegate);
    }

    @Override
    public void submit(Bio bio) {
      interpose(bio);
    }

    @Override
    protected void ended(Bio bio, @Nullable IOException error) {
      bio.complete(error);
      if (++bios % 100 == 0) {
        bio.complete(error);
      }
    }
  }

  /** Never completes the hundredth bio. */
  static final class ForgetsABio extends InterposingDevice {
    private int bios;

    ForgetsABio(BlockDevice delegate) {
      super(delegate);
    }

    @Override
    public void submit(Bio bio) {
      interpose(bio);
    }

    @Override
    protected void ended(Bio bio, @Nullable IOException error) {
      if (++bios != 100) {
        bio.complete(error);
      }
    }
  }
}
