package io.penstock.core.walk;

import io.penstock.core.bio.Direction;
import io.penstock.core.file.BlockFile;
import io.penstock.core.walk.RequestTimeline.Phase;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its submission to just before its result is reported. A request that is used
 * again uses its event again.
 */
@Name("io.penstock.Request")
@Label("Request")
@Description("A read or write of a file, committed when it has ended")
@Category({"Penstock", "I/O"})
@Enabled(false)
@StackTrace(false)
final class RequestEvent extends Event {
  private static final RequestEvent ANY = new RequestEvent();

  @Label("File")
  @Nullable String file;

  @Label("Direction")
  @Nullable String direction;

  @Label("Position")
  @DataAmount
  long position;

  @Label("Requested")
  @DataAmount
  long requested;

  @Label("Transferred")
  @Description("Bytes; 0 with an error")
  @DataAmount
  long bytes;

  @Label("Error")
  @Nullable String error;

  @Label("Bios")
  @Description("Device operations it needed")
  int bios;

  @Label("Latency")
  @Description("From submission to the end, the sum of the phases")
  @Timespan(Timespan.NANOSECONDS)
  long latency;

  @Label("Admission")
  @Description(
      "Until the mapper is first asked: checks, and waiting for the file's lock, for a truncate and"
          + " for other writes")
  @Timespan(Timespan.NANOSECONDS)
  long admission;

  @Label("Mapping")
  @Description("Inside the layout's mapper")
  @Timespan(Timespan.NANOSECONDS)
  long mapping;

  @Label("Assembly")
  @Description("Walking the mappings and putting pieces into bios")
  @Timespan(Timespan.NANOSECONDS)
  long assembly;

  @Label("Queued")
  @Description("Of the time at the device, what its last bio waited before the device began it")
  @Timespan(Timespan.NANOSECONDS)
  long queued;

  @Label("Device")
  @Description("At the device, without what is queued")
  @Timespan(Timespan.NANOSECONDS)
  long device;

  @Label("Completion")
  @Description(
      "After the last bio: waking who waits, end-of-I/O hook, cache invalidation, durability sync")
  @Timespan(Timespan.NANOSECONDS)
  long completion;

  @Label("Deferred")
  @Description("Waiting for a thread of the completion executor")
  @Timespan(Timespan.NANOSECONDS)
  long deferred;

  static boolean isWanted() {
    return ANY.isEnabled();
  }

  /** Begins {@code used}, or a new one when there is none. */
  static Object begin(@Nullable Object used) {
    RequestEvent event = used == null ? new RequestEvent() : (RequestEvent) used;
    event.begin();
    return event;
  }

  static void commit(
      Object begun,
      RequestTimeline timeline,
      BlockFile file,
      Direction direction,
      long position,
      long requested,
      long bytes,
      int bios,
      @Nullable Throwable error) {
    RequestEvent event = (RequestEvent) begun;
    event.end();
    if (!event.shouldCommit()) {
      return;
    }
    event.file = file.name();
    event.direction = direction.word();
    event.position = position;
    event.requested = requested;
    event.bytes = Math.max(0, bytes);
    event.bios = bios;
    event.error = error == null ? null : error.getMessage();
    event.latency = timeline.latency();
    event.admission = timeline.nanos(Phase.ADMISSION);
    event.mapping = timeline.nanos(Phase.MAPPING);
    event.assembly = timeline.nanos(Phase.ASSEMBLY);
    event.queued = timeline.queued();
    event.device = timeline.nanos(Phase.DEVICE) - event.queued;
    event.completion = timeline.nanos(Phase.COMPLETION);
    event.deferred = timeline.nanos(Phase.DEFERRED);
    event.commit();
  }
}
