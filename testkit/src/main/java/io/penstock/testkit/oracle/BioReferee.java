package io.penstock.testkit.oracle;

import io.penstock.core.bio.Bio;
import io.penstock.core.error.Errno;
import io.penstock.core.request.IoFlag;
import io.penstock.testkit.Divergence;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Sees every bio, finds the request it belongs to, says when it is not what that request needs, and
 * carries it out.
 */
final class BioReferee implements ModelDevice.Host {
  private final Course course;
  private int batch;

  BioReferee(Course course) {
    this.course = course;
  }

  @Override
  public Divergence diverged(String message) {
    return course.diverged(message);
  }

  @Override
  public int nextBatch() {
    return ++batch;
  }

  @Override
  public void submitted(ModelDevice device, Bio bio, int batchNumber) {
    if (course.maintenance) {
      course.note("  maintenance %s", bio);
      device.transfer(bio, bio.length());
      course.accounts.count(bio.isWrite(), bio.length());
      bio.complete();
      return;
    }
    Flight flight = sender(device, bio);
    course.note("  %s for #%d batch %d", bio, flight.number, batchNumber);
    List<Walk.Slice> slices = flight.walk.slices(bio.length());
    if (slices == null) {
      throw course.diverged(
          bio
              + " goes beyond what belongs together (BIO-2, BIO-4), which begins "
              + flight.walk.next()
              + " for "
              + flight
              + "\nplan "
              + flight.walk.plan());
    }
    Bios.Sent sent =
        new Bios.Sent(flight, device, bio, slices, flight.walk.sent(bio.length()), batchNumber);
    sent.index = ++flight.bioCount;
    checkSent(sent, bio);
    flight.bios.add(sent);
    flight.outstanding++;
    boolean inline =
        course.inlineAll
            || flight.isWaitedFor()
            || course.dice.percent(course.shape.inlinePercent());
    if (inline) {
      complete(sent);
    } else {
      course.held.add(sent);
    }
  }

  private void checkSent(Bios.Sent sent, Bio bio) {
    Flight flight = sent.flight;
    String split = Bios.splitPiece(bio, sent.device.limits());
    if (split != null) {
      throw course.diverged(split + " (BIO-1): " + bio + " of " + flight);
    }
    if (bio.isNoWait() != flight.has(IoFlag.NOWAIT)
        || bio.isAtomic() != flight.has(IoFlag.ATOMIC)) {
      throw course.diverged(
          "a bio with the wrong marks: no-wait "
              + bio.isNoWait()
              + " atomic "
              + bio.isAtomic()
              + ": "
              + bio
              + " of "
              + flight);
    }
    if (bio.isForcedUnitAccess() && !(flight.dataSync && sent.device.limits().forcedUnitAccess())) {
      throw course.diverged(
          "forced unit access where it is not wanted or not there (BIO-9): "
              + bio
              + " of "
              + flight);
    }
    if (flight.outstanding >= course.shape.maxOutstandingBios()) {
      throw course.diverged(
          "more than "
              + course.shape.maxOutstandingBios()
              + " bios outstanding (BIO-6) with "
              + bio
              + " of "
              + flight);
    }
    if (!flight.isWaitedFor()
        && (flight.dataSync || flight.walk.defers())
        && !course.completions.exists()) {
      throw course.diverged(
          "sent before the completion executor exists (ADM-13): " + bio + " of " + flight);
    }
    for (Walk.Fresh fresh : flight.walk.fresh()) {
      boolean overlaps =
          fresh.device == sent.device
              && sent.deviceOffset < fresh.deviceOffset + fresh.length
              && fresh.deviceOffset < sent.deviceOffset + sent.length;
      if (overlaps && !fresh.dropped) {
        throw course.diverged(
            "new blocks are written before their aliases were dropped (MAP-6): "
                + bio
                + " of "
                + flight);
      }
    }
  }

  private Flight sender(ModelDevice device, Bio bio) {
    List<Flight> candidates = new ArrayList<>();
    for (Flight each : course.active) {
      if (each.write == bio.isWrite()
          && each.walk.isNext(device, bio.deviceOffset(), bio.fileOffset())) {
        candidates.add(each);
      }
    }
    if (candidates.isEmpty()) {
      throw course.diverged(
          "nobody needs " + bio + " now; requests in flight:" + course.activeForPeople());
    }
    if (candidates.size() == 1) {
      return candidates.getFirst();
    }
    if (course.current != null && candidates.contains(course.current)) {
      return course.current;
    }
    for (Flight each : candidates) {
      if (isOf(bio, each)) {
        return each;
      }
    }
    candidates.removeIf(
        each ->
            each.outstanding >= course.shape.maxOutstandingBios() || !each.memory.mayBeCopied());
    if (candidates.isEmpty()) {
      throw course.diverged(
          "nobody needs "
              + bio
              + " with this memory now; requests in flight:"
              + course.activeForPeople());
    }
    return candidates.getFirst();
  }

  private boolean isOf(Bio bio, Flight flight) {
    List<Walk.Slice> slices = flight.walk.slices(bio.length());
    if (slices == null) {
      return false;
    }
    if (bio.isWrite()) {
      return Bios.wrongContent(bio, slices, flight.writer) == null;
    }
    for (int i = 0; i < flight.memory.count(); i++) {
      MemorySegment piece = bio.segment(0).asSlice(bio.pieceOffset(0), bio.pieceLength(0));
      if (flight.memory.segment(i).asOverlappingSlice(piece).isPresent()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void cancelled(ModelDevice device, Bio bio, long generation) {
    course.note("  cancel %s", bio);
    for (Bios.Sent each : course.held) {
      if (each.bio == bio && each.generation == generation) {
        each.cancelWished = true;
        if (!each.flight.cancelWished) {
          throw course.diverged(
              "a bio is cancelled of a request that nobody cancelled: " + each.flight);
        }
      }
    }
  }

  /** Carries a bio out and tells the engine. */
  void complete(Bios.Sent sent) {
    Flight flight = sent.flight;
    Bio bio = sent.bio;
    IOException error = null;
    if (sent.cancelWished && course.dice.percent(80)) {
      error = Faults.error(Errno.ECANCELED, "cancelled");
    } else if (sent.index == flight.faults.bio()) {
      error = Faults.error(Errno.EREMOTEIO, "transfer");
    } else if (sent.index == flight.faults.secondBio()) {
      error = Faults.error(Errno.EIO, "transfer");
    }
    course.note(
        "  done %s of #%d %s", sent, flight.number, error == null ? "" : error.getMessage());
    if (bio.generation() != sent.generation) {
      throw course.diverged("a bio was used again while in flight: " + bio + " of " + flight);
    }
    if (bio.isWrite()) {
      String wrong = Bios.wrongContent(bio, sent.slices, flight.writer);
      if (wrong != null) {
        throw course.diverged(wrong + ": " + bio + " " + sent.slices + " of " + flight);
      }
    }
    long sectors = sent.length / course.shape.sectorBytes();
    sent.device.transfer(
        bio,
        error == null ? sent.length : course.dice.below(sectors + 1) * course.shape.sectorBytes());
    sent.done = true;
    flight.outstanding--;
    if (error == null) {
      course.accounts.count(bio.isWrite(), sent.length);
      sent.slices.forEach(flight.walk::written);
    } else {
      flight.deviceErrors.add(error);
      flight.errorBatch = flight.errorBatch == 0 ? batch : flight.errorBatch;
    }
    Flight before = course.current;
    course.current = flight;
    bio.complete(error);
    course.current = before;
  }

  /** Whether a bio in flight uses memory of {@code segment}. */
  boolean isInUse(MemorySegment segment) {
    for (Bios.Sent each : course.held) {
      for (int i = 0; i < each.bio.pieces(); i++) {
        MemorySegment piece =
            each.bio.segment(i).asSlice(each.bio.pieceOffset(i), each.bio.pieceLength(i));
        if (segment.asOverlappingSlice(piece).isPresent()) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public void aliasesDropped(ModelDevice device, long offset, long length) throws IOException {
    course.note("  drop aliases %s+%d length %d", device.name(), offset, length);
    for (Flight each : course.active) {
      for (Walk.Fresh fresh : each.walk.fresh()) {
        if (!fresh.dropped
            && fresh.device == device
            && fresh.deviceOffset == offset
            && fresh.length == length) {
          fresh.dropped = true;
          if (each.faults.alias()) {
            IOException failure = Faults.error(Errno.ESTALE, "drop aliases");
            each.walkError = failure;
            each.walk.dropLastAnswer();
            throw failure;
          }
          return;
        }
      }
    }
    throw course.diverged(
        "aliases were dropped of a range that is no new mapping (MAP-6): "
            + device.name()
            + "+"
            + offset
            + " length "
            + length);
  }

  @Override
  public void flushed(ModelDevice device) {
    course.note("  flush %s", device.name());
  }
}
