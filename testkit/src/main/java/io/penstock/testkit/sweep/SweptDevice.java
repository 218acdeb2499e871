package io.penstock.testkit.sweep;

import io.penstock.core.bio.Bio;
import io.penstock.core.completion.Reaping;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.InterposingDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.testkit.sweep.Facts.SentBio;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a user's device: sees every operation begin and end, holds it until later if that
 * is wanted, and fails it before, half-way or after the device behind has carried it out.
 */
final class SweptDevice extends InterposingDevice {
  private final Ledger ledger;
  private final QueueLimits limits;

  /** What is known of the bios in flight. Guarded by itself. */
  private final Map<Bio, Sent> inFlight = new HashMap<>();

  /** A bio, what is known of it, and how it fails, if it does. */
  private record Sent(SentBio bio, @Nullable SweepFault fault) {}

  SweptDevice(BlockDevice delegate, Ledger ledger) {
    super(delegate);
    this.ledger = ledger;
    QueueLimits behind = delegate.limits();
    limits =
        ledger.delivery().holds() ? behind.withMemoryAccess(behind.acceptsHeap(), false) : behind;
  }

  @Override
  public QueueLimits limits() {
    return limits;
  }

  @Override
  public void submit(Bio bio) {
    SweepFault fault = ledger.reach(FaultKind.BIO);
    SentBio seen =
        new SentBio(
            bio.isWrite(), bio.fileOffset(), bio.length(), bio.isForcedUnitAccess(), pieces(bio));
    synchronized (ledger) {
      ledger.facts().bios.add(seen);
    }
    synchronized (inFlight) {
      inFlight.put(bio, new Sent(seen, fault));
    }
    if (ledger.delivery().holds() && !bio.isSynchronous()) {
      ledger.hold(
          () -> {
            Reaping.begin();
            try {
              begin(bio, fault);
            } finally {
              Reaping.end();
            }
          });
    } else {
      begin(bio, fault);
    }
  }

  private static List<MemorySegment> pieces(Bio bio) {
    List<MemorySegment> pieces = new ArrayList<>();
    for (int i = 0; i < bio.pieces(); i++) {
      pieces.add(bio.segment(i).asSlice(bio.pieceOffset(i), bio.pieceLength(i)));
    }
    return pieces;
  }

  private void begin(Bio bio, @Nullable SweepFault fault) {
    long half = bio.length() / 2 & -(long) limits.logicalBlock();
    if (fault == null || fault.effect() == Effect.ALL) {
      interpose(bio);
    } else if (fault.effect() == Effect.PART && half > 0 && !bio.isAtomic()) {
      transferFirst(half, bio);
    } else {
      ended(bio, null);
    }
  }

  /** Carries out the first {@code bytes} of a bio that then fails. */
  private void transferFirst(long bytes, Bio bio) {
    Bio part =
        new Bio(
            (done, error) -> {
              done.release();
              ended(bio, error);
            });
    part.begin(bio.direction(), delegate(), bio.deviceOffset(), bio.fileOffset())
        .synchronous(bio.isSynchronous());
    long left = bytes;
    for (int i = 0; left > 0; i++) {
      long piece = Math.min(left, bio.pieceLength(i));
      part.add(
          bio.segment(i), bio.pieceOffset(i), piece, bio.isBorrowed(i), limits.maxSegmentBytes());
      left -= piece;
    }
    part.markInFlight();
    delegate().submit(part);
  }

  @Override
  protected void ended(Bio bio, @Nullable IOException error) {
    Sent sent;
    synchronized (inFlight) {
      sent = inFlight.remove(bio);
    }
    if (sent == null) {
      ledger.violated("the device completed an operation that is not in flight: " + bio);
      return;
    }
    IOException told = error;
    if (sent.fault != null) {
      told = (IOException) FaultKind.BIO.failure(sent.fault);
    }
    synchronized (ledger) {
      sent.bio.ended = true;
      sent.bio.error = told;
      if (told != null) {
        ledger.failed(FaultKind.BIO, told);
      }
    }
    bio.complete(told);
  }

  @Override
  public void flush() throws IOException {
    ledger.call(FaultKind.FLUSH, super::flush);
  }

  @Override
  public void dropCachedAliases(long offset, long length) throws IOException {
    ledger.call(FaultKind.ALIASES, () -> super.dropCachedAliases(offset, length));
  }
}
