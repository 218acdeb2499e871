package io.penstock.testkit.oracle;

import io.penstock.core.error.Errno;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sees every question to the layout, finds the request it is for, and says when it is not the one
 * that comes next.
 */
final class MapReferee implements ModelLayout.Host {
  private final Course course;
  private @Nullable Flight asking;

  MapReferee(Course course) {
    this.course = course;
  }

  @Override
  public ModelLayout.@Nullable Lie asked(MapQuery query) throws IOException {
    if (course.maintenance) {
      course.note("  map %s for maintenance", query);
      asking = null;
      return null;
    }
    Flight flight = asker(query);
    course.note("  map %s size %d for #%d", query, query.fileSize(), flight.number);
    asking = flight;
    flight.mapCalls++;
    if (flight.immediate || flight.refusal == Flight.Refusal.MUST || flight.buffered) {
      throw course.diverged(
          "the mapper was asked " + query + " for a request that needs no mapping: " + flight);
    }
    if (flight.errorBatch > 0) {
      throw course.diverged(
          "the mapper was asked after a bio of the same request had failed (BIO-6): " + flight);
    }
    String unsent = flight.walk.unsentBeforeQuestion();
    if (unsent != null && flight.deviceErrors.isEmpty()) {
      throw course.diverged(
          unsent + " was not sent before the next question (BIO-4): " + query + " for " + flight);
    }
    if (!course.shape.traits().ownInFlightScheme()
        && (course.file().requestsUsingBlockMap() < 1 || course.file().requestsInFlight() < 1)) {
      throw course.diverged(
          "the mapper was asked while nothing counts as in flight (ADM-10): " + flight);
    }
    if (course.shape.traits().locking() && !flight.write && !course.file().lock().isHeld()) {
      throw course.diverged(
          "a locking layout was asked without the file's lock (ADM-11): " + flight);
    }
    if (flight.write
        ? flight.writeBacks != 1
        : flight.writeBacks < (course.shape.traits().locking() ? 1 : 0)) {
      throw course.diverged(
          "the mapper was asked after "
              + flight.writeBacks
              + " write-backs of cached bytes (ADM-11, ADM-14): "
              + flight);
    }
    if (flight.mapCalls == flight.faults.mapCall()) {
      return fault(flight, query);
    }
    return null;
  }

  private ModelLayout.@Nullable Lie fault(Flight flight, MapQuery query) throws IOException {
    ModelLayout.Lie lie = flight.faults.mapLie();
    if (lie == ModelLayout.Lie.ALLOCATED_ON_LOOK_UP && query.intent() != MapIntent.LOOK_UP) {
      lie = ModelLayout.Lie.OUTSIDE_DEVICE;
    }
    if (lie != null) {
      flight.walkLied = true;
      flight.walk.stop();
      return lie;
    }
    flight.walk.stop();
    if (flight.faults.mapUnchecked()) {
      IllegalStateException failure = new IllegalStateException("injected: the mapper is broken");
      flight.walkError = failure;
      throw failure;
    }
    IOException failure = Faults.error(Errno.ENXIO, "map");
    flight.walkError = failure;
    throw failure;
  }

  private Flight asker(MapQuery query) {
    Flight first = null;
    if (course.current != null && !course.current.ended && fits(course.current, query)) {
      return course.current;
    }
    for (Flight each : course.active) {
      if (fits(each, query)) {
        first = first == null ? each : first;
      }
    }
    if (first != null) {
      return first;
    }
    StringBuilder text =
        new StringBuilder(
            "the mapper was asked "
                + query
                + " with file size "
                + query.fileSize()
                + " (MAP-1, MAP-3, MAP-4); expected");
    for (Flight each : course.active) {
      text.append("\n  ")
          .append(each.walk.wrongQuestion(query, each.sizeAtStart, course.file().size()))
          .append(" for ")
          .append(each);
    }
    throw course.diverged(text.toString());
  }

  private boolean fits(Flight flight, MapQuery query) {
    return flight.walk.wrongQuestion(query, flight.sizeAtStart, course.file().size()) == null;
  }

  @Override
  public void answered(MapQuery query, Mapping answer) {
    course.note("    -> %s cookie %s", answer, answer.cookie());
    Flight flight = asking;
    if (flight == null) {
      return;
    }
    if (!flight.walkLied) {
      if (flight.mapCalls == 1) {
        flight.walk.durableSize(course.durableSize);
      }
      flight.walk.answered(query, answer);
      OneBio.judge(flight, course.shape.limits().getFirst());
    } else if (answer.cookie() != null) {
      throw new AssertionError();
    }
  }

  @Override
  public void truncated(long newSize) {
    course.truncations++;
  }
}
