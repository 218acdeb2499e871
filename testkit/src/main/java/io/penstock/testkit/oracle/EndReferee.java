package io.penstock.testkit.oracle;

import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.file.SyncHook;
import io.penstock.core.file.SyncScope;
import io.penstock.core.map.MappingKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees the end of every request and every sync, and says when it is not as it has to be. */
final class EndReferee implements ModelLayout.EndHost, SyncHook {
  private final Course course;
  private @Nullable Flight endingFlight;

  EndReferee(Course course) {
    this.course = course;
  }

  @Override
  public void ended(EndOfIo end) throws IOException {
    course.note(
        "  end of I/O %s at %d bytes %d error %s uninitialised %d",
        end.isWrite() ? "write" : "read",
        end.position(),
        end.bytes(),
        end.error(),
        end.uninitialisedRanges());
    Flight flight = ender(end);
    flight.hookCalls++;
    String wrong = flight.wrongEnd(end, "model layout");
    if (wrong != null) {
      throw course.diverged(
          "end of I/O with "
              + end.bytes()
              + " bytes and error "
              + end.error()
              + " (CMP-1, CMP-4): "
              + wrong
              + " for "
              + flight
              + "\nplan "
              + flight.walk.plan());
    }
    if (end.error() == null
        && !flight.buffered
        && !(flight.walk.isOver() && flight.walk.everythingSent())) {
      throw course.diverged(
          "ended without error, but still has to send "
              + flight.walk.next()
              + " ("
              + (flight.walk.isOver() ? "" : "and to map, ")
              + ") for "
              + flight);
    }
    if ((flight.walkError != null || flight.walkLied)
        && flight.deviceErrors.isEmpty()
        && !flight.cancelWished
        && !flight.walk.everythingSent()) {
      throw course.diverged(
          "what was assembled before the mapper failed was not sent (MAP-9): "
              + flight.walk.next()
              + " for "
              + flight);
    }
    if (!course.shape.traits().ownInFlightScheme() && course.file().requestsUsingBlockMap() < 1) {
      throw course.diverged(
          "the hook is called when the request no longer counts as in flight (ADM-10): " + flight);
    }
    boolean deferred = !flight.isWaitedFor() && flight.walk.defers() && !flight.bios.isEmpty();
    if (deferred && !course.executor.isRunningTask()) {
      throw course.diverged(
          "a deferred completion does not run on the executor (MAP-8): " + flight);
    }
    checkUninitialised(flight, end);
    flight.errorAtHook = end.error();
    flight.bytesAtHook = end.bytes();
    course.hooked.add(flight);
    endingFlight = flight;
    if (flight.faults.hook()) {
      IOException failure = Faults.error(Errno.EDQUOT, "end of I/O");
      flight.hookError = failure;
      throw failure;
    }
    keepInitialised(flight, end);
  }

  private Flight ender(EndOfIo end) {
    List<Flight> candidates = new ArrayList<>();
    for (Flight each : course.active) {
      if (each.position == end.position()
          && each.write == end.isWrite()
          && each.hookCalls == 0
          && each.outstanding == 0
          && !each.immediate) {
        if (each == course.current) {
          candidates.addFirst(each);
        } else {
          candidates.add(each);
        }
      }
    }
    if (candidates.isEmpty()) {
      throw course.diverged(
          "the end-of-I/O hook is called for no request in flight (CMP-4): position "
              + end.position()
              + course.activeForPeople());
    }
    for (Flight each : candidates) {
      each.hookCalls++;
      boolean fits =
          each.wrongEnd(end, "model layout") == null
              && (end.error() != null || each.walk.isOver() || each.buffered);
      each.hookCalls--;
      if (fits) {
        return each;
      }
    }
    return candidates.getFirst();
  }

  private void checkUninitialised(Flight flight, EndOfIo end) {
    List<Long> told = new ArrayList<>();
    for (int i = 0; i < end.uninitialisedRanges(); i++) {
      long from = end.uninitialisedStart(i);
      long to = end.uninitialisedEnd(i);
      if (from % course.shape.blockBytes() != 0
          || to % course.shape.blockBytes() != 0
          || from >= to) {
        throw course.diverged(
            "an uninitialised range "
                + from
                + ".."
                + to
                + " that is not whole blocks (ZERO-3): "
                + flight);
      }
      for (long each = from / course.shape.blockBytes();
          each < to / course.shape.blockBytes();
          each++) {
        told.add(each);
      }
    }
    List<Long> expected = new ArrayList<>();
    flight
        .walk
        .writtenOfNew()
        .forEach(
            (block, bytes) -> {
              if (bytes < course.shape.blockBytes()) {
                expected.add(block);
              }
            });
    Collections.sort(told);
    Collections.sort(expected);
    if (!told.equals(expected)) {
      throw course.diverged(
          "uninitialised blocks " + told + ", expected " + expected + " (ZERO-3) for " + flight);
    }
  }

  /**
   * New blocks of a failed write that were initialised may be made reachable: they must not show
   * what the device course.held before.
   */
  private void keepInitialised(Flight flight, EndOfIo end) {
    if (!course.shape.reachableAfterFailure() || end.error() == null) {
      return;
    }
    BlockTable blocks = course.table();
    flight
        .walk
        .writtenOfNew()
        .forEach(
            (block, bytes) -> {
              boolean inside = (block + 1) * course.shape.blockBytes() <= course.file().size();
              if (bytes == course.shape.blockBytes()
                  && inside
                  && blocks.kind(block) == MappingKind.UNWRITTEN) {
                blocks.become(block, MappingKind.MAPPED);
              }
            });
  }

  @Override
  public boolean mayFree(long block) {
    long from = block * course.shape.blockBytes();
    for (Flight each : course.active) {
      if (each != endingFlight && each.touches(from, from + course.shape.blockBytes())) {
        return false;
      }
    }
    return course.dice.oneIn(2);
  }

  @Override
  public void sync(BlockFile syncing, SyncScope scope) throws IOException {
    if (course.maintenance) {
      syncing.flushDevices();
      course.synced(syncing.size());
      return;
    }
    Flight flight = null;
    for (Flight each : course.hooked) {
      if (!each.ended
          && each.dataSync
          && each.syncCalls == 0
          && each.errorAtHook == null
          && each.hookError == null
          && each.bytesAtHook > 0) {
        flight = each;
      }
    }
    course.note("  sync %s for %s", scope, flight == null ? "nobody" : "#" + flight.number);
    if (flight == null) {
      throw course.diverged("a sync nobody needs (CMP-5)" + course.activeForPeople());
    }
    flight.syncCalls++;
    if (!flight.isWaitedFor() && !course.executor.isRunningTask()) {
      throw course.diverged(
          "a sync of an asynchronous request does not run on the executor (CMP-9): " + flight);
    }
    boolean alone = course.active.size() == 1 && !course.shape.traits().ownInFlightScheme();
    if (alone
        && (course.file().requestsUsingBlockMap() != 0 || course.file().requestsInFlight() != 1)) {
      throw course.diverged(
          "a sync while "
              + course.file().requestsUsingBlockMap()
              + " requests use the block map and "
              + course.file().requestsInFlight()
              + " are open, expected 0 and 1 (CMP-5): "
              + flight);
    }
    if (flight.faults.sync()) {
      IOException failure = Faults.error(Errno.EIO, "sync");
      flight.syncError = failure;
      course.stickySync = failure;
      throw failure;
    }
    syncing.flushDevices();
    course.synced(syncing.size());
  }
}
