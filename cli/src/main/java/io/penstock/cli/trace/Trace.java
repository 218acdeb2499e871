package io.penstock.cli.trace;

import io.penstock.core.metric.LatencyHistogram;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A span of recorded I/O as figures: over time, by size, by distance, by file. Events outside the
 * span count for its first or last slot. Not thread-safe.
 */
public final class Trace implements TraceSink {
  /** Slots of time. */
  public static final int SLOTS = 96;

  private static final int MOST_INCIDENTS = 20;
  private static final int MOST_FILES = 10_000;
  private static final String OTHER_FILES = "(other files)";

  private final long from;
  private final long to;
  private final Slots readBytes;
  private final Slots writtenBytes;
  private final Slots requests;
  private final Slots bios;
  private final Slots depth;
  private final HeatMap heat = new HeatMap(SLOTS);
  private final LatencyHistogram requestLatency = new LatencyHistogram();
  private final LatencyHistogram bioLatency = new LatencyHistogram();
  private final LatencyHistogram queued = new LatencyHistogram();
  private final SizeCounts requestSizes = new SizeCounts();
  private final SizeCounts mappingSizes = new SizeCounts();
  private final SizeCounts bioSizes = new SizeCounts();
  private final SizeCounts bounces = new SizeCounts();
  private final long[] phases = new long[SeenRequest.PHASES.size()];
  private final Map<String, FileShare> files = new HashMap<>();
  private final Map<String, Seeks> seeks = new HashMap<>();
  private final List<String> incidents = new ArrayList<>();
  private long incidentCount;
  private long pieces;
  private long requestErrors;
  private long bioErrors;
  private long neededBios;

  /** Nothing yet, of a span in nanoseconds since 1970. */
  public Trace(long from, long to) {
    this.from = from;
    this.to = Math.max(to, from + SLOTS);
    long width = (this.to - from + SLOTS - 1) / SLOTS;
    readBytes = new Slots(from, width, SLOTS);
    writtenBytes = new Slots(from, width, SLOTS);
    requests = new Slots(from, width, SLOTS);
    bios = new Slots(from, width, SLOTS);
    depth = new Slots(from, width, SLOTS);
  }

  @Override
  public void request(SeenRequest request) {
    requests.add(request.end(), 1);
    (request.write() ? writtenBytes : readBytes).add(request.end(), (double) request.bytes());
    heat.add(requests.of(request.end()), request.latency());
    requestLatency.add(request.latency());
    requestSizes.add(request.requested());
    neededBios += request.bios();
    for (int i = 0; i < phases.length; i++) {
      phases[i] += request.phases().get(i);
    }
    if (request.error() != null) {
      requestErrors++;
    }
    String name =
        files.size() < MOST_FILES || files.containsKey(request.file())
            ? request.file()
            : OTHER_FILES;
    files.computeIfAbsent(name, FileShare::new).add(request);
  }

  @Override
  public void bio(SeenBio bio) {
    bios.add(bio.end(), 1);
    depth.addInterval(bio.start(), bio.end());
    bioLatency.add(bio.latency());
    queued.add(bio.queued());
    bioSizes.add(bio.bytes());
    pieces += bio.pieces();
    if (bio.error() != null) {
      bioErrors++;
    }
    seeks.computeIfAbsent(bio.device(), name -> new Seeks()).add(bio);
  }

  @Override
  public void mapping(long answered) {
    mappingSizes.add(answered);
  }

  @Override
  public void bounce(long bytes) {
    bounces.add(bytes);
  }

  @Override
  public void incident(String line) {
    incidentCount++;
    if (incidents.size() < MOST_INCIDENTS && !incidents.contains(line)) {
      incidents.add(line);
    }
  }

  // --- what it comes to ---

  /** Whether nothing was recorded at all. */
  public boolean isEmpty() {
    return requestSizes.count() + bioSizes.count() + mappingSizes.count() + incidentCount == 0;
  }

  /** Length of the span, seconds. */
  public double seconds() {
    return (to - from) / 1e9;
  }

  /** Bytes read by requests, over time. */
  public Slots readBytes() {
    return readBytes;
  }

  /** Bytes written by requests, over time. */
  public Slots writtenBytes() {
    return writtenBytes;
  }

  /** Requests that ended, over time. */
  public Slots requests() {
    return requests;
  }

  /** Device operations that were done, over time. */
  public Slots bios() {
    return bios;
  }

  /** Nanoseconds that devices had operations, over time: by nanosecond, the queue depth. */
  public Slots depth() {
    return depth;
  }

  /** Latency of requests over time. */
  public HeatMap heat() {
    return heat;
  }

  /** Latency of requests. */
  public LatencyHistogram.Snapshot requestLatency() {
    return requestLatency.snapshot();
  }

  /** Latency of device operations. */
  public LatencyHistogram.Snapshot bioLatency() {
    return bioLatency.snapshot();
  }

  /** What device operations waited before their device began them. */
  public LatencyHistogram.Snapshot queued() {
    return queued.snapshot();
  }

  /** Requests, by the bytes they asked for. */
  public SizeCounts requestSizes() {
    return requestSizes;
  }

  /** Answers of mappers, by their bytes. */
  public SizeCounts mappingSizes() {
    return mappingSizes;
  }

  /** Device operations, by their bytes. */
  public SizeCounts bioSizes() {
    return bioSizes;
  }

  /** Pieces of memory that were copied. */
  public SizeCounts bounces() {
    return bounces;
  }

  /** Pieces of memory of all device operations. */
  public long pieces() {
    return pieces;
  }

  /** Device operations that the recorded requests needed, as they say themselves. */
  public long neededBios() {
    return neededBios;
  }

  /** Nanoseconds of all requests in each of {@link SeenRequest#PHASES}. */
  public long[] phases() {
    return phases.clone();
  }

  /** Requests that failed. */
  public long requestErrors() {
    return requestErrors;
  }

  /** Device operations that failed. */
  public long bioErrors() {
    return bioErrors;
  }

  /** Distances between device operations that follow each other on their device, bytes. */
  public SizeCounts seeks() {
    SizeCounts distances = new SizeCounts();
    seeks.values().forEach(each -> each.addTo(distances));
    return distances;
  }

  /** The files with most bytes, then most requests. */
  public List<FileShare> topFiles(int most) {
    return files.values().stream()
        .sorted(
            Comparator.comparingLong(FileShare::bytes)
                .thenComparingLong(each -> each.reads() + each.writes())
                .reversed()
                .thenComparing(FileShare::name))
        .limit(most)
        .toList();
  }

  /** How many files. */
  public int fileCount() {
    return files.size();
  }

  /** Fallbacks and warnings, the first of each kind. */
  public List<String> incidents() {
    return List.copyOf(incidents);
  }

  /** All fallbacks and warnings. */
  public long incidentCount() {
    return incidentCount;
  }
}
