package io.penstock.testkit.explain;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.file.BlockFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what the recording mapper, devices and hooks are asked, in order. Thread-safe, though
 * a synchronous request asks from one thread only.
 */
final class Recorder {
  /**
   * What is written down of a bio while it is in flight.
   *
   * @param at index of its step
   * @param limits of the device it was sent to
   */
  record Sent(int at, SentBio bio, QueueLimits limits) {}

  private final List<Step> steps = new ArrayList<>();
  private final List<Sent> sent = new ArrayList<>();
  private @Nullable RequestMemory memory;
  private @Nullable BlockFile file;
  private int requests;
  private int batches;

  /** Begins with a request; what was recorded before is forgotten. */
  synchronized void begin(RequestMemory ofRequest) {
    steps.clear();
    sent.clear();
    memory = ofRequest;
    requests = 0;
    batches = 0;
  }

  /** The file whose claims are looked at. */
  synchronized void watch(BlockFile watched) {
    file = watched;
  }

  synchronized boolean isClaimed() {
    BlockFile watched = file;
    return watched != null && !watched.exclusion().isIdle();
  }

  synchronized void add(Step step) {
    steps.add(step);
  }

  /** The file layer begins a request of the engine. */
  synchronized void beginRequest(Direction direction, long position, long length) {
    requests++;
    steps.add(new Step.EngineRequest(requests, direction, position, length));
  }

  /** Bios that reach a device together. */
  synchronized void send(String device, QueueLimits limits, int count, IntFunction<Bio> bios) {
    batches++;
    for (int i = 0; i < count; i++) {
      Bio bio = bios.apply(i);
      SentBio one =
          new SentBio(
              sent.size() + 1,
              Math.max(1, requests),
              batches,
              count,
              bio.direction(),
              device,
              bio.deviceOffset(),
              bio.fileOffset(),
              bio.length(),
              pieces(bio),
              bio.isForcedUnitAccess(),
              bio.isNoWait(),
              bio.isAtomic(),
              BioEnd.WALK_ENDS);
      sent.add(new Sent(steps.size(), one, limits));
      steps.add(new Step.Send(one));
    }
  }

  private List<Piece> pieces(Bio bio) {
    RequestMemory known = memory;
    List<Piece> pieces = new ArrayList<>();
    long at = bio.fileOffset();
    for (int i = 0; i < bio.pieces(); i++) {
      long length = bio.pieceLength(i);
      pieces.add(
          known == null
              ? new Piece(Piece.Source.POOLED, at, length, -1, 0)
              : known.piece(bio, i, at));
      at += length;
    }
    return pieces;
  }

  /** What happened, the ends of bios worked out. */
  synchronized List<Step> steps(int blockSize) {
    List<Step> told = new ArrayList<>(steps);
    BioEnds ends = new BioEnds(steps, sent, blockSize);
    for (int i = 0; i < sent.size(); i++) {
      told.set(sent.get(i).at(), new Step.Send(ends.withEnd(i)));
    }
    return told;
  }

  /** A failure in one line. */
  static String words(Throwable failure) {
    String message = failure.getMessage();
    boolean whole = failure instanceof IOException && message != null;
    return whole && message != null ? message : failure.toString();
  }
}
