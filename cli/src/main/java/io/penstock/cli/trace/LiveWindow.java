package io.penstock.cli.trace;

import io.penstock.core.metric.LatencyHistogram;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a recorded JVM did since somebody asked last. Events come from the stream's thread, in
 * bundles, each followed by a flush; thread-safe.
 */
public final class LiveWindow implements TraceSink {
  private static final double SECOND = 1e9;

  /**
   * A window that was taken.
   *
   * @param seconds its length; 0 when no bundle has come since the last one was taken
   * @param requests that ended
   * @param readBytes by requests
   * @param writtenBytes by requests
   * @param bios that were done
   * @param depth device operations at the same time, on average
   * @param errors requests that failed
   * @param latency of requests
   * @param files with most bytes first
   * @param incidents fallbacks and warnings
   */
  public record Sample(
      double seconds,
      long requests,
      long readBytes,
      long writtenBytes,
      long bios,
      double depth,
      long errors,
      LatencyHistogram.Snapshot latency,
      List<FileShare> files,
      long incidents) {
    /** So many of these by second; 0 of an empty window. */
    public double perSecond(long value) {
      return seconds > 0 ? (double) value / seconds : 0;
    }
  }

  private boolean started;
  private long begun;
  private long flushed;
  private LatencyHistogram latency = new LatencyHistogram();
  private Map<String, FileShare> files = new HashMap<>();
  private long requests;
  private long readBytes;
  private long writtenBytes;
  private long bios;
  private long bioNanos;
  private long errors;
  private long incidents;

  /**
   * A window that begins when the first bundle is complete: what was in that has no known length.
   */
  public LiveWindow() {}

  @Override
  public synchronized void request(SeenRequest request) {
    requests++;
    latency.add(request.latency());
    if (request.write()) {
      writtenBytes += request.bytes();
    } else {
      readBytes += request.bytes();
    }
    if (request.error() != null) {
      errors++;
    }
    files.computeIfAbsent(request.file(), FileShare::new).add(request);
  }

  @Override
  public synchronized void bio(SeenBio bio) {
    bios++;
    bioNanos += bio.latency();
  }

  @Override
  public synchronized void incident(String line) {
    incidents++;
  }

  /** A bundle of events is complete, at this time of {@link System#nanoTime()}. */
  public synchronized void flushed(long now) {
    flushed = now;
    if (!started) {
      started = true;
      beginAnew();
    }
  }

  /** Takes what has come, and begins anew; an empty window goes on if no bundle has come. */
  public synchronized Sample take() {
    long nanos = flushed - begun;
    Sample sample =
        new Sample(
            nanos / SECOND,
            requests,
            readBytes,
            writtenBytes,
            bios,
            nanos > 0 ? (double) bioNanos / nanos : 0,
            errors,
            latency.snapshot(),
            files.values().stream()
                .sorted(Comparator.comparingLong(FileShare::bytes).reversed())
                .toList(),
            incidents);
    if (nanos > 0) {
      beginAnew();
    }
    return sample;
  }

  private void beginAnew() {
    begun = flushed;
    latency = new LatencyHistogram();
    files = new HashMap<>();
    requests = 0;
    readBytes = 0;
    writtenBytes = 0;
    bios = 0;
    bioNanos = 0;
    errors = 0;
    incidents = 0;
  }
}
