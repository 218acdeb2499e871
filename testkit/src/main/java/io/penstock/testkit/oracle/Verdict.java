package io.penstock.testkit.oracle;

import io.penstock.core.error.Errno;
import io.penstock.core.request.IoFlag;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Whether a request ended as it had to. */
final class Verdict {
  private final Flight flight;
  private final RunShape shape;
  private final Course course;
  private long bytesReported;

  Verdict(Flight flight, RunShape shape, Course course) {
    this.flight = flight;
    this.shape = shape;
    this.course = course;
  }

  /** What is wrong with the way a request ended, or null. */
  @Nullable String wrong(long bytes, @Nullable IOException error, boolean refused) {
    String wrong = wrongOutcome(bytes, error, refused);
    if (wrong != null) {
      return wrong;
    }
    if (flight.lazySource != null && flight.lazySource.unbalanced() != null) {
      return flight.lazySource.unbalanced() + " (MEM-4)";
    }
    if (flight.hookCalls > 1 || (flight.mapCalls > 0 && flight.hookCalls != 1)) {
      return "the end-of-I/O hook was called " + flight.hookCalls + " times (CMP-4)";
    }
    if (flight.afterSyncFailure && flight.dataSync && error == null && bytes > 0) {
      return "a data-sync write succeeded after a sync of the file had failed (CMP-6)";
    }
    bytesReported = bytes;
    if (error == null && flight.write && bytes > 0) {
      wrong = wrongDurability();
    } else if (flight.syncCalls > 0 && flight.syncError == null) {
      wrong = "a sync although nothing was written (CMP-5)";
    }
    return wrong != null ? wrong : wrongBios(error);
  }

  private @Nullable String wrongOutcome(long bytes, @Nullable IOException error, boolean refused) {
    if (refused && flight.refusal == Flight.Refusal.NEVER && !isLateRefusal(error)) {
      return "it should not have been refused (ADM-2 to ADM-5)";
    }
    if (refused && (flight.mapCalls > 0 || flight.hookCalls > 0 || !flight.bios.isEmpty())) {
      return "it was refused after something had happened (ADM-5)";
    }
    if (flight.refusal == Flight.Refusal.MUST) {
      return wrongRefusal(error, refused);
    }
    if (refused && flight.refusal == Flight.Refusal.MAY && !isLateRefusal(error)) {
      return flight.refusalErrno != null && Flight.errno(error) != flight.refusalErrno.number()
          ? "expected " + flight.refusalErrno
          : null;
    }
    if (flight.immediate) {
      boolean touched = flight.mapCalls > 0 || flight.hookCalls > 0 && !flight.beyondEnd;
      return error == null && bytes == flight.immediateBytes && !touched
          ? null
          : "expected " + flight.immediateBytes + " and nothing done (ADM-1, ADM-2)";
    }
    if (flight.mustBeRefusedDirty) {
      return Flight.errno(error) == Errno.EAGAIN.number()
          ? null
          : "expected EAGAIN for cached dirty bytes (ADM-12)";
    }
    if (course.stickySync != null
        && flight.dataSync
        && Flight.errno(error) == Flight.errno(course.stickySync)) {
      return null;
    }
    if (flight.pastEndOverwrite) {
      return Flight.errno(error) == Errno.EAGAIN.number()
              || flight.cacheError != null
              || flight.walk.mappings() > 0
                  && flight.position + flight.length <= flight.walk.sampled()
          ? null
          : "expected EAGAIN for overwriting past end of file (ZERO-6)";
    }
    if (flight.has(IoFlag.NOWAIT)
        && Flight.errno(error) == Errno.EAGAIN.number()
        && !flight.bios.isEmpty()
        && flight.deviceErrors.isEmpty()) {
      return "EAGAIN after something had been sent (ADM-12)";
    }
    return flight.wrongFinal(bytes, error, "model layout");
  }

  private boolean isLateRefusal(@Nullable IOException error) {
    int errno = Flight.errno(error);
    return errno == Errno.EAGAIN.number()
        && (flight.has(IoFlag.NOWAIT) || flight.has(IoFlag.OVERWRITE_ONLY));
  }

  private @Nullable String wrongRefusal(@Nullable IOException error, boolean refused) {
    if (!refused || error == null) {
      return "expected to be refused with " + flight.refusalErrno + " (ADM-2 to ADM-5)";
    }
    if (flight.refusalErrno != null && Flight.errno(error) != flight.refusalErrno.number()) {
      return "expected to be refused with " + flight.refusalErrno;
    }
    String names = flight.refusalNames;
    return names == null || String.valueOf(error.getMessage()).contains(names)
        ? null
        : "expected the message to name " + names + " (MEM-4)";
  }

  private @Nullable String wrongDurability() {
    if (flight.invalidations != 1) {
      return "cached pages were invalidated " + flight.invalidations + " times (CMP-5)";
    }
    if (!flight.dataSync) {
      return flight.syncCalls == 0 ? null : "a sync nobody asked for";
    }
    String lost = lostInCrash();
    if (lost != null) {
      return lost;
    }
    if (!flight.walk.isForced()
        && (!flight.walk.mayBeForced(course.durableSize) || flight.syncCalls > 0)) {
      return flight.syncCalls == 1
          ? null
          : "a data-sync write was reported after " + flight.syncCalls + " syncs (ADM-9)";
    }
    if (flight.syncCalls > 0) {
      return "a data-sync overwrite of mapped blocks needed a flush (BIO-9)";
    }
    for (Bios.Sent each : flight.bios) {
      if (!each.forced) {
        return "a data-sync overwrite without flush and without forced unit access (BIO-9): "
            + each;
      }
    }
    return null;
  }

  /** What would be missing of the write if the machine stopped now (BIO-9, CMP-6). */
  private @Nullable String lostInCrash() {
    long end = flight.position + bytesReported;
    if (end > course.durableSize && shape.traits().publishesSize()) {
      return "a data-sync write to "
          + end
          + " was reported while the durable size is "
          + course.durableSize
          + " (CMP-6)";
    }
    long first = flight.position / shape.blockBytes();
    long last = (end - 1) / shape.blockBytes();
    return course.table().isDirty(first, last - first + 1)
        ? "a data-sync write was reported while a block of it is not durably mapped (BIO-9)"
        : null;
  }

  private @Nullable String wrongBios(@Nullable IOException error) {
    for (int i = 1; i < flight.bios.size(); i++) {
      String wrong = Bios.couldHaveGrown(flight.bios.get(i - 1), flight.bios.get(i));
      if (wrong != null) {
        return "two bios could have been one, "
            + wrong
            + " (BIO-1, BIO-2): "
            + flight.bios.get(i - 1)
            + " and "
            + flight.bios.get(i);
      }
    }
    boolean limited =
        flight.bios.size() > Math.min(64, shape.maxOutstandingBios())
            || shape.submitHook()
            || error != null;
    boolean oneBatch = true;
    for (Bios.Sent each : flight.bios) {
      oneBatch &=
          each.batch == flight.bios.getFirst().batch
              && each.device == flight.bios.getFirst().device
              && !each.endsAtBoundary;
    }
    boolean oneDevice =
        flight.bios.stream()
            .allMatch(each -> each.device == flight.bios.getFirst().device && !each.endsAtBoundary);
    return !limited && oneDevice && !oneBatch
        ? "its " + flight.bios.size() + " bios were not sent as one batch (BIO-7)"
        : null;
  }
}
