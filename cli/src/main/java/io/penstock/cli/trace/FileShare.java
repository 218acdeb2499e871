package io.penstock.cli.trace;

import io.penstock.core.metric.LatencyHistogram;

/** What one file has of a trace. */
public final class FileShare {
  private final String name;
  private final LatencyHistogram latency = new LatencyHistogram();
  private long reads;
  private long writes;
  private long readBytes;
  private long writtenBytes;
  private long errors;

  FileShare(String name) {
    this.name = name;
  }

  void add(SeenRequest request) {
    latency.add(request.latency());
    if (request.error() != null) {
      errors++;
    }
    if (request.write()) {
      writes++;
      writtenBytes += request.bytes();
    } else {
      reads++;
      readBytes += request.bytes();
    }
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Requests that read. */
  public long reads() {
    return reads;
  }

  /** Requests that wrote. */
  public long writes() {
    return writes;
  }

  /** Bytes read. */
  public long readBytes() {
    return readBytes;
  }

  /** Bytes written. */
  public long writtenBytes() {
    return writtenBytes;
  }

  /** Both. */
  public long bytes() {
    return readBytes + writtenBytes;
  }

  /** Requests that failed. */
  public long errors() {
    return errors;
  }

  /** Latency of its requests. */
  public LatencyHistogram.Snapshot latency() {
    return latency.snapshot();
  }
}
