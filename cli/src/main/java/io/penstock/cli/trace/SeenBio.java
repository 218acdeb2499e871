package io.penstock.cli.trace;

import org.jspecify.annotations.Nullable;

/**
 * A device operation, as it was recorded.
 *
 * @param device its name
 * @param write which way the bytes went
 * @param offset bytes from the start of the device
 * @param bytes length
 * @param pieces of memory
 * @param start nanoseconds since 1970
 * @param latency nanoseconds
 * @param queued nanoseconds of them before the device began it
 * @param error what became of it if it failed
 */
public record SeenBio(
    String device,
    boolean write,
    long offset,
    long bytes,
    int pieces,
    long start,
    long latency,
    long queued,
    @Nullable String error) {
  long end() {
    return start + latency;
  }
}
