package io.penstock.testkit.oracle;

import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.CacheHook;
import io.penstock.core.request.IoFlag;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the cache of a buffered path: sees what the engine has it write back, drop and
 * invalidate.
 */
final class CacheReferee implements CacheHook {
  private final Course course;

  CacheReferee(Course course) {
    this.course = course;
  }

  private @Nullable Flight cacheFlight(boolean write, long from) {
    if (course.current != null
        && course.current.write == write
        && course.current.position == from
        && course.current.mapCalls == 0) {
      return course.current;
    }
    for (Flight each : course.active) {
      if (each.write == write
          && each.position == from
          && each.mapCalls == 0
          && each.writeBacks == 0) {
        return each;
      }
    }
    return null;
  }

  @Override
  public boolean hasDirty(BlockFile asked, long from, long to) {
    Flight flight = course.current;
    if (flight != null
        && flight.has(IoFlag.NOWAIT)
        && (flight.faults.cache() || flight.faults.undroppable())) {
      flight.walk.mayFail(Errno.EAGAIN);
      flight.mustBeRefusedDirty = true;
      return true;
    }
    return false;
  }

  private Flight writingBack(boolean write, long from, long to) throws IOException {
    Flight flight = cacheFlight(write, from);
    course.note(
        "  write back %d..%d for %s", from, to, flight == null ? "nobody" : "#" + flight.number);
    if (flight == null) {
      throw course.diverged(
          "cached bytes " + from + ".." + to + " are written back for nobody (ADM-11, ADM-14)");
    }
    if (to > flight.position + flight.length
        || (to < flight.position + flight.length
            && (write || to < Math.min(flight.position + flight.length, course.file().size())))) {
      throw course.diverged(
          "cached bytes "
              + from
              + ".."
              + to
              + " are written back, expected to "
              + (flight.position + flight.length)
              + " for "
              + flight);
    }
    flight.writeBacks++;
    if (flight.writeBacks > 1) {
      throw course.diverged("cached bytes are written back twice for " + flight);
    }
    if (flight.faults.cache()) {
      IOException failure = Faults.error(Errno.ENODEV, "write back");
      flight.cacheError = failure;
      throw failure;
    }
    return flight;
  }

  @Override
  public void writeBack(BlockFile asked, long from, long to) throws IOException {
    writingBack(false, from, to);
  }

  @Override
  public boolean writeBackAndDrop(BlockFile asked, long from, long to) throws IOException {
    Flight flight = writingBack(true, from, to);
    if (flight.faults.undroppable()) {
      flight.buffered = true;
      if (flight.has(IoFlag.ATOMIC)) {
        flight.walk.mustFail(Errno.EAGAIN);
      } else if (flight.has(IoFlag.NOWAIT) || flight.has(IoFlag.OVERWRITE_ONLY)) {
        flight.walk.mayFail(Errno.EAGAIN);
      }
      return false;
    }
    return true;
  }

  @Override
  public void invalidate(BlockFile asked, long from, long to) throws IOException {
    course.note("  invalidate %d..%d", from, to);
    Flight found = null;
    for (Flight each : course.hooked) {
      boolean whole =
          each.errorAtHook == null ? to == from + each.bytesAtHook : to <= from + each.length;
      if (!each.ended && each.write && each.position == from && whole && each.invalidations == 0) {
        found = each;
      }
    }
    if (found == null) {
      throw course.diverged(
          "cached pages "
              + from
              + ".."
              + to
              + " are invalidated for nobody (CMP-5)"
              + course.activeForPeople());
    }
    found.invalidations++;
    if (found.syncCalls > 0) {
      throw course.diverged("cached pages are invalidated after the sync (CMP-5): " + found);
    }
    if (found.faults.invalidate()) {
      course.expectedWarnings++;
      throw Faults.error(Errno.EBUSY, "invalidate");
    }
  }
}
