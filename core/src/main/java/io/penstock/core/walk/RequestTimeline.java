package io.penstock.core.walk;

import io.penstock.core.bio.Direction;
import io.penstock.core.event.FlightRecording;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.metric.FileMetrics;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of one request goes, while somebody wants to know; else it costs the look at a
 * field. A request is in one phase at a time, so that the phases add up to its latency. Used by
 * whoever has the request; {@link #endBio} alone is called by whoever ends a bio. Looking at the
 * clock is the dearest part of it all: where two things happen at one time, it is looked at once.
 */
final class RequestTimeline {
  /** What a request does, or waits for. */
  enum Phase {
    /** Until the mapper is first asked, and while another write's blocks are waited for. */
    ADMISSION,
    MAPPING,
    ASSEMBLY,
    /** At least one bio was sent and nothing else is done: queueing included. */
    DEVICE,
    DEFERRED,
    /** From the end of the last bio, or of what was deferred: waking who waits included. */
    COMPLETION
  }

  private static final Phase[] PHASES = Phase.values();
  private static final long[] NO_TIMES = {};

  private boolean running;
  private boolean phased;
  private Phase phase = Phase.ADMISSION;
  private long since;
  private long began;

  /** Nanoseconds by phase; made when the first of this request is wanted. */
  private long[] nanos = NO_TIMES;

  /** What one of the last bios to end had waited. Written before its reference is dropped. */
  private volatile long queued;

  /** When that bio ended, {@link System#nanoTime}. */
  private volatile long ended;

  private int bios;
  private boolean recorded;
  private boolean recordsMappings;
  private @Nullable Object event;
  private @Nullable Object mappingEvent;

  /** A request is submitted, and may yet be refused. */
  void start(BlockFile file) {
    if (FlightRecording.hasBegun() || file.metrics() != null) {
      startIfWanted(file);
    }
  }

  private void startIfWanted(BlockFile file) {
    boolean requests = IoEvents.wantsRequests();
    boolean mappings = IoEvents.wantsMappings();
    if (requests || mappings || file.metrics() != null) {
      begin(requests, mappings);
    }
  }

  private void begin(boolean requests, boolean mappings) {
    if (nanos.length == 0) {
      nanos = new long[PHASES.length];
    } else {
      Arrays.fill(nanos, 0);
    }
    running = true;
    phased = requests || mappings;
    recorded = requests;
    recordsMappings = mappings;
    bios = 0;
    queued = 0;
    phase = Phase.ADMISSION;
    if (requests) {
      event = RequestEvent.begin(event);
    }
    since = System.nanoTime();
    began = since;
    ended = since;
  }

  /** Whether somebody wants to know. */
  boolean isRunning() {
    return running;
  }

  /** From now on the request is in this phase. */
  void enter(Phase next) {
    if (running && phase != next && phased) {
      tick(next, System.nanoTime());
    }
  }

  private void tick(Phase next, long now) {
    nanos[phase.ordinal()] += now - since;
    since = now;
    phase = next;
  }

  /** So many bios are sent at this {@link System#nanoTime}. */
  void send(int count, long now) {
    if (running) {
      bios += count;
      if (phased && phase != Phase.DEVICE) {
        tick(Phase.DEVICE, now);
      }
    }
  }

  /**
   * A bio has ended at this {@link System#nanoTime} that had waited so many nanoseconds before its
   * device began it.
   */
  void endBio(long now, long waited) {
    queued = waited;
    ended = now;
  }

  /** Every bio has ended: the phase after that at the device began when the last one did. */
  void leaveDevice(Phase next) {
    if (running && phased && phase == Phase.DEVICE) {
      tick(next, since + Math.max(0, ended - since));
    } else {
      enter(next);
    }
  }

  /** The mapper is about to be asked. */
  void startMapping() {
    enter(Phase.MAPPING);
    if (recordsMappings) {
      mappingEvent = MappingEvent.begin(mappingEvent);
    }
  }

  /** The mapper has answered, or thrown. */
  void endMapping(BlockFile file, MapQuery query, Mapping answer, @Nullable Throwable error) {
    Object begun = mappingEvent;
    if (recordsMappings && begun != null) {
      MappingEvent.commit(begun, file, query, answer, error);
    }
    enter(Phase.ASSEMBLY);
  }

  /** The request has ended, or was refused; what it was is told to whoever wants to know. */
  void end(
      BlockFile file,
      Direction direction,
      long position,
      long requested,
      long bytes,
      @Nullable Throwable error) {
    tick(phase, System.nanoTime());
    running = false;
    FileMetrics metrics = file.metrics();
    if (metrics != null) {
      metrics.ended(direction, latency(), bytes, error);
    }
    Object begun = event;
    if (recorded && begun != null) {
      RequestEvent.commit(begun, this, file, direction, position, requested, bytes, bios, error);
    }
  }

  /** Nanoseconds from the submission to the last change of phase. */
  long latency() {
    return since - began;
  }

  /** Nanoseconds in a phase. */
  long nanos(Phase of) {
    return nanos[of.ordinal()];
  }

  /** Of the nanoseconds in {@link Phase#DEVICE}, those before the device began. */
  long queued() {
    return Math.min(queued, nanos(Phase.DEVICE));
  }
}
