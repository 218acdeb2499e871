package io.penstock.core.walk;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
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

/** One device operation of a request, from when it is handed over to when it is done. */
@Name("io.penstock.Bio")
@Label("Bio")
@Description("A device operation, committed when it is done")
@Category({"Penstock", "I/O"})
@Enabled(false)
@StackTrace(false)
final class BioEvent extends Event {
  private static final BioEvent ANY = new BioEvent();

  @Label("Device")
  @Nullable String device;

  @Label("Direction")
  @Nullable String direction;

  @Label("Device offset")
  @DataAmount
  long deviceOffset;

  @Label("File offset")
  @DataAmount
  long fileOffset;

  @Label("Length")
  @DataAmount
  long bytes;

  @Label("Pieces")
  int pieces;

  @Label("Forced unit access")
  boolean forcedUnitAccess;

  @Label("Error")
  @Nullable String error;

  @Label("Latency")
  @Timespan(Timespan.NANOSECONDS)
  long latency;

  static boolean isWanted() {
    return ANY.isEnabled();
  }

  static void commit(Bio bio, long latency, @Nullable IOException error) {
    BlockDevice device = bio.device();
    BioEvent event = new BioEvent();
    event.device = device == null ? null : device.name();
    event.direction = bio.direction().word();
    event.deviceOffset = bio.deviceOffset();
    event.fileOffset = bio.fileOffset();
    event.bytes = bio.length();
    event.pieces = bio.pieces();
    event.forcedUnitAccess = bio.isForcedUnitAccess();
    event.error = error == null ? null : error.getMessage();
    event.latency = latency;
    event.commit();
  }
}
