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
  private final int lastAsked;

  BioEnds(List<Step> steps, List<Recorder.Sent> sent, int blockSize) {
    this.steps = steps;
    this.sent = sent;
    this.blockSize = blockSize;
    int last = -1;
    for (int i = 0; i < steps.size(); i++) {
      last = steps.get(i) instanceof Step.Ask ? i : last;
    }
    lastAsked = last;
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
    if (isAskedAfter(sent.get(index).at()) && endsAtBoundary(bio.fileEnd())) {
      return BioEnd.BOUNDARY;
    }
    if (index + 1 == sent.size() || sent.get(index + 1).bio().request() != bio.request()) {
      return BioEnd.WALK_ENDS;
    }
    SentBio next = sent.get(index + 1).bio();
    if (!next.device().equals(bio.device())) {
      return BioEnd.OTHER_DEVICE;
    }
    if (next.fileOffset() != bio.fileEnd()) {
      return BioEnd.FILE_GAP;
    }
    if (next.deviceOffset() != bio.deviceEnd()) {
      return BioEnd.DEVICE_GAP;
    }
    return limit(bio, next, sent.get(index).limits());
  }

  /** Whether the walk went on after it was sent. */
  private boolean isAskedAfter(int step) {
    return lastAsked > step;
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

  /**
   * Which limit kept the next bio's first piece out of this one. A piece that has to be cut keeps a
   * rest that is aligned: where less than that is left, none of it is taken.
   */
  private static BioEnd limit(SentBio bio, SentBio next, QueueLimits limits) {
    long granule = Math.max(limits.logicalBlock(), limits.memoryAlignment());
    long room = limits.maxBytes() - bio.length();
    long most = Math.min(room, limits.maxSegmentBytes());
    boolean fits = most >= granule || next.pieces().getFirst().length() <= most;
    if (fits && bio.pieces().size() >= limits.maxSegments()) {
      return BioEnd.MOST_PIECES;
    }
    return room <= limits.maxSegmentBytes() ? BioEnd.MOST_BYTES : BioEnd.PIECE_LENGTH;
  }
}
