package io.penstock.core.walk;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.SubmitFailure;
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
 * One device operation of a request, from when it is handed over to when it is done. Stays with its
 * bio and is used again with it.
 */
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
  @Description("From being handed to the device to its completion: queued and service")
  @Timespan(Timespan.NANOSECONDS)
  long latency;

  @Label("Queued")
  @Description("Until the device began it; 0 where the device does not tell")
  @Timespan(Timespan.NANOSECONDS)
  long queued;

  @Label("Service")
  @Description("From then to its completion")
  @Timespan(Timespan.NANOSECONDS)
  long service;

  private transient boolean begun;

  static boolean isWanted() {
    return ANY.isEnabled();
  }

  /** The bio is about to be handed to its device. */
  static void begin(Bio bio) {
    BioEvent event = (BioEvent) bio.ownerTrace();
    if (event == null) {
      event = new BioEvent();
      bio.ownerTrace(event);
    }
    event.begin();
    event.begun = true;
  }

  /** The bio is done; {@code trace} is what it carries, begun or not. */
  static void commit(Object trace, Bio bio, long latency, long queued, @Nullable Throwable error) {
    BioEvent event = (BioEvent) trace;
    if (!event.begun) {
      return;
    }
    event.begun = false;
    event.end();
    if (!event.shouldCommit()) {
      return;
    }
    BlockDevice device = bio.device();
    event.device = device == null ? null : SubmitFailure.nameOf(device);
    event.direction = bio.direction().word();
    event.deviceOffset = bio.deviceOffset();
    event.fileOffset = bio.fileOffset();
    event.bytes = bio.length();
    event.pieces = bio.pieces();
    event.forcedUnitAccess = bio.isForcedUnitAccess();
    event.error = error == null ? null : error.getMessage();
    event.latency = latency;
    event.queued = queued;
    event.service = latency - queued;
    event.commit();
  }
}
