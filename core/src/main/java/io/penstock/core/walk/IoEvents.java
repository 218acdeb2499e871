package io.penstock.core.walk;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.event.FlightRecording;
import io.penstock.core.file.BlockFile;
import org.jspecify.annotations.Nullable;

/**
 * Tells the flight recorder of requests, mappings, bios and bounces, where it wants to know; else
 * it costs the look at a flag. Nothing here may touch the class of an event before {@link
 * FlightRecording#hasBegun()}.
 */
final class IoEvents {
  private IoEvents() {}

  static boolean wantsRequests() {
    return FlightRecording.hasBegun() && RequestEvent.isWanted();
  }

  static boolean wantsMappings() {
    return FlightRecording.hasBegun() && MappingEvent.isWanted();
  }

  static boolean wantsBios() {
    return FlightRecording.hasBegun() && BioEvent.isWanted();
  }

  /** A bio that carries an event, or did once, is done. */
  static void endBio(Bio bio, long latency, long queued, @Nullable Throwable error) {
    Object trace = bio.ownerTrace();
    if (trace != null) {
      BioEvent.commit(trace, bio, latency, queued, error);
    }
  }

  /** A piece goes through pooled memory. */
  static void bounce(BlockFile file, Direction direction, long position, long bytes) {
    if (FlightRecording.hasBegun()) {
      BounceEvent.commit(file, direction, position, bytes);
    }
  }
}
