package io.penstock.testkit.explain;

import io.penstock.core.device.QueueLimits;
import java.util.List;

/**
 * Why each bio of a recording ended: worked out from the one that came after it, the device's
 * limits and the marks of the answers.
 */
final class BioEnds {
  private final List<Step> steps;
  private final List<Recorder.Sent> sent;
  private final int blockSize;

  BioEnds(List<Step> steps, List<Recorder.Sent> sent, int blockSize) {
    this.steps = steps;
    this.sent = sent;
    this.blockSize = blockSize;
  }

  SentBio withEnd(int index) {
    SentBio bio = sent.get(index).bio();
    return new SentBio(
        bio.number(),
        bio.request(),
        bio.batch(),
        bio.batchSize(),
        bio.direction(),
        bio.device(),
        bio.deviceOffset(),
        bio.fileOffset(),
        bio.length(),
        bio.pieces(),
        bio.forcedUnitAccess(),
        bio.noWait(),
        bio.atomic(),
        end(index));
  }

  private BioEnd end(int index) {
    SentBio bio = sent.get(index).bio();
    if (index + 1 == sent.size() || sent.get(index + 1).bio().request() != bio.request()) {
      return BioEnd.WALK_ENDS;
    }
    SentBio next = sent.get(index + 1).bio();
    if (next.batch() != bio.batch() && endsAtBoundary(bio.fileEnd())) {
      return BioEnd.BOUNDARY;
    }
    if (!next.device().equals(bio.device())) {
      return BioEnd.OTHER_DEVICE;
    }
    if (next.fileOffset() != bio.fileEnd()) {
      return BioEnd.FILE_GAP;
    }
    if (next.deviceOffset() != bio.deviceEnd()) {
      return BioEnd.DEVICE_GAP;
    }
    return limit(bio, sent.get(index).limits());
  }

  private boolean endsAtBoundary(long fileEnd) {
    for (Step step : steps) {
      if (step instanceof Step.Ask ask
          && ask.answer() != null
          && ask.answer().boundary()
          && (ask.firstBlock() + ask.answer().blocks()) * blockSize == fileEnd) {
        return true;
      }
    }
    return false;
  }

  private static BioEnd limit(SentBio bio, QueueLimits limits) {
    long granule = Math.max(limits.logicalBlock(), limits.memoryAlignment());
    if (limits.maxBytes() - bio.length() < granule) {
      return BioEnd.MOST_BYTES;
    }
    return bio.pieces().size() >= limits.maxSegments() ? BioEnd.MOST_PIECES : BioEnd.PIECE_LENGTH;
  }
}
