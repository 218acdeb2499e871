package io.penstock.cli.copy;

import java.util.OptionalLong;

/**
 * What a copy has done.
 *
 * @param bytes length of the source
 * @param holes bytes of it that were not moved, because they are holes or were cleared at once
 * @param seconds from the first look at the source to the finished copy, without verification
 * @param engine name of the engine
 * @param engineReason why this one
 * @param pageCacheGrowth bytes of both files that came into the page cache, if it can be told
 * @param verified whether both were compared and found equal
 * @param durable whether the copy is durable
 */
public record CopyReport(
    long bytes,
    long holes,
    double seconds,
    String engine,
    String engineReason,
    OptionalLong pageCacheGrowth,
    boolean verified,
    boolean durable) {

  /** Bytes of the source per second, holes included. */
  public double bytesPerSecond() {
    return seconds > 0 ? bytes / seconds : 0;
  }
}
