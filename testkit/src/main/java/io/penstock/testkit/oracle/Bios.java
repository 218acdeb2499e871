package io.penstock.testkit.oracle;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.QueueLimits;
import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bios as they were sent, and whether fewer would have done. */
final class Bios {
  private Bios() {}

  /** One bio, remembered beyond its use. */
  static final class Sent {
    final Flight flight;
    final ModelDevice device;
    final Bio bio;
    final long generation;
    final long deviceOffset;
    final long fileOffset;
    final long length;
    final List<Walk.Slice> slices;
    final boolean endsAtBoundary;
    final int batch;
    final boolean forced;
    final int pieces;
    private final MemorySegment firstSegment;
    private final long firstOffset;
    private final long firstLength;
    private final MemorySegment lastSegment;
    private final long lastOffset;
    private final long lastLength;
    int index;
    boolean done;
    boolean cancelWished;
    @Nullable IOException error;

    Sent(
        Flight flight,
        ModelDevice device,
        Bio bio,
        List<Walk.Slice> slices,
        boolean endsAtBoundary,
        int batch) {
      this.flight = flight;
      this.device = device;
      this.bio = bio;
      this.slices = slices;
      this.endsAtBoundary = endsAtBoundary;
      this.batch = batch;
      generation = bio.generation();
      deviceOffset = bio.deviceOffset();
      fileOffset = bio.fileOffset();
      length = bio.length();
      forced = bio.isForcedUnitAccess();
      pieces = bio.pieces();
      int last = pieces - 1;
      firstSegment = bio.segment(0);
      firstOffset = bio.pieceOffset(0);
      firstLength = bio.pieceLength(0);
      lastSegment = bio.segment(last);
      lastOffset = bio.pieceOffset(last);
      lastLength = bio.pieceLength(last);
    }

    @Override
    public String toString() {
      return (bio.isWrite() ? "write " : "read ")
          + device.name()
          + "+"
          + deviceOffset
          + " length "
          + length
          + " file+"
          + fileOffset
          + " pieces "
          + pieces;
    }
  }

  /**
   * Why {@code next} should have been part of {@code bio}, or null when it rightly is not (BIO-1 to
   * BIO-4).
   */
  static @Nullable String couldHaveGrown(Sent bio, Sent next) {
    boolean contiguous =
        bio.device == next.device
            && bio.deviceOffset + bio.length == next.deviceOffset
            && bio.fileOffset + bio.length == next.fileOffset
            && !bio.endsAtBoundary;
    if (!contiguous) {
      return null;
    }
    QueueLimits limits = bio.device.limits();
    long movable = Math.min(next.firstLength, RunShape.granule(limits));
    if (limits.maxBytes() - bio.length < movable) {
      return null;
    }
    boolean samePiece =
        adjacent(
            bio.lastSegment, bio.lastOffset, bio.lastLength, next.firstSegment, next.firstOffset);
    if (samePiece && limits.maxSegmentBytes() - bio.lastLength >= movable) {
      return "its last piece could have grown";
    }
    return bio.pieces < limits.maxSegments() ? "there was room for one more piece" : null;
  }

  private static boolean adjacent(
      MemorySegment a, long offset, long length, MemorySegment b, long next) {
    return a.equals(b) && offset + length == next;
  }

  /** Why two pieces of a bio should have been one, or null (BIO-1). */
  static @Nullable String splitPiece(Bio bio, QueueLimits limits) {
    for (int i = 1; i < bio.pieces(); i++) {
      if (adjacent(
              bio.segment(i - 1),
              bio.pieceOffset(i - 1),
              bio.pieceLength(i - 1),
              bio.segment(i),
              bio.pieceOffset(i))
          && limits.maxSegmentBytes() - bio.pieceLength(i - 1)
              >= Math.min(bio.pieceLength(i), RunShape.granule(limits))) {
        return "pieces " + (i - 1) + " and " + i + " are adjacent in memory";
      }
    }
    return null;
  }

  /** Why the bytes of a write are not the request's, or null. */
  static @Nullable String wrongContent(Bio bio, List<Walk.Slice> slices, int writer) {
    int piece = 0;
    long inPiece = 0;
    for (Walk.Slice slice : slices) {
      for (long done = 0; done < slice.length(); ) {
        long bytes = Math.min(slice.length() - done, bio.pieceLength(piece) - inPiece);
        long wrong =
            Pattern.mismatch(
                bio.segment(piece),
                bio.pieceOffset(piece) + inPiece,
                bytes,
                slice.zeros() ? 0 : writer,
                slice.offset() + done);
        if (wrong >= 0) {
          return "byte "
              + (slice.offset() + done + wrong)
              + " of the file would not be "
              + (slice.zeros() ? "zero" : "the caller's");
        }
        done += bytes;
        inPiece += bytes;
        if (inPiece == bio.pieceLength(piece)) {
          piece++;
          inPiece = 0;
        }
      }
    }
    return null;
  }
}
