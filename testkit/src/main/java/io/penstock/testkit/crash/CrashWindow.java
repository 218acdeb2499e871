package io.penstock.testkit.crash;

import io.penstock.testkit.crash.CrashEvent.Acknowledged;
import io.penstock.testkit.crash.CrashEvent.Begun;
import io.penstock.testkit.crash.CrashEvent.Completed;
import io.penstock.testkit.crash.CrashEvent.FlushBegun;
import io.penstock.testkit.crash.CrashEvent.Flushed;
import io.penstock.testkit.crash.CrashEvent.Submitted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a crash at one moment finds: the bytes that are durable, and the writes that may be there or
 * not, in the order in which the device has them. Goes through a log, event by event.
 *
 * <p>A flush makes durable what completed before it began; what completes while it runs may be lost
 * all the same. A forced write is durable when it completes. A write that failed may be there or
 * not for ever.
 *
 * <pre>
 * submitted 1, submitted 2, completed 2, flush begun, completed 1, flushed      2 is durable, 1 is pending
 * </pre>
 */
final class CrashWindow {
  private final boolean volatileCache;
  private final SparsePages durable;

  /** Those that have completed in that order, then those in flight as submitted. */
  private final List<PendingWrite> pending = new ArrayList<>();

  private final Map<Integer, List<PendingWrite>> flushing = new HashMap<>();
  private int now;

  CrashWindow(CrashRecorder recorder) {
    volatileCache = recorder.hasVolatileCache();
    durable = new SparsePages(recorder.before());
  }

  /** Goes past {@code event}. */
  void pass(CrashEvent event) {
    now++;
    switch (event) {
      case Submitted submitted -> pending.add(new PendingWrite(submitted.write(), now));
      case Completed completed -> {
        if (!completed.failed()) {
          complete(completed.write());
        }
      }
      case FlushBegun begun ->
          flushing.put(begun.flush(), pending.stream().filter(PendingWrite::isCompleted).toList());
      case Flushed flushed -> {
        flushing.getOrDefault(flushed.flush(), List.of()).forEach(PendingWrite::certain);
        flushing.remove(flushed.flush());
        fold();
      }
      case Begun begun -> {}
      case Acknowledged acknowledged -> {}
    }
  }

  private void complete(LoggedWrite write) {
    int index = 0;
    while (pending.get(index).write() != write) {
      index++;
    }
    PendingWrite done = pending.remove(index);
    done.completed(now);
    int place = 0;
    while (place < pending.size() && pending.get(place).isCompleted()) {
      place++;
    }
    pending.add(place, done);
    if (write.isForcedUnitAccess() || !volatileCache) {
      done.certain();
      fold();
    }
  }

  /** Moves what is certain, and not on top of something that is not, to what is durable. */
  private void fold() {
    List<PendingWrite> left = new ArrayList<>();
    for (PendingWrite each : pending) {
      LoggedWrite write = each.write();
      if (each.isCertain() && left.stream().noneMatch(below -> below.write().overlaps(write))) {
        durable.write(write.offset(), write.content(), 0, write.length());
      } else {
        left.add(each);
      }
    }
    pending.clear();
    pending.addAll(left);
  }

  /** The writes above what is durable, those that are certain among them. */
  List<PendingWrite> pending() {
    return pending;
  }

  /** How many writes may be there or not. */
  int uncertain() {
    return (int) pending.stream().filter(each -> !each.isCertain()).count();
  }

  /** The durable bytes; they change with the next event. */
  SparsePages durable() {
    return durable;
  }
}
