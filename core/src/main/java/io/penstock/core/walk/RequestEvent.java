package io.penstock.core.walk;

import java.io.IOException;
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

/** One request, from its submission to just before its result is reported. */
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
  @DataAmount
  long bytes;

  @Label("Error")
  @Nullable String error;

  @Label("Latency")
  @Timespan(Timespan.NANOSECONDS)
  long latency;

  static boolean isWanted() {
    return ANY.isEnabled();
  }

  static void commit(Terms terms, long latency, long bytes, @Nullable IOException error) {
    RequestEvent event = new RequestEvent();
    event.file = terms.file().name();
    event.direction = terms.direction().word();
    event.position = terms.position();
    event.requested = terms.end() - terms.position();
    event.bytes = bytes;
    event.error = error == null ? null : error.getMessage();
    event.latency = latency;
    event.commit();
  }
}
