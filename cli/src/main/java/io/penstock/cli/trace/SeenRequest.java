package io.penstock.cli.trace;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request, as it was recorded.
 *
 * @param file its name
 * @param write which way the bytes went
 * @param requested bytes asked for
 * @param bytes bytes transferred
 * @param bios device operations it needed
 * @param start nanoseconds since 1970
 * @param latency nanoseconds
 * @param phases nanoseconds in each of {@link #PHASES}
 * @param error what became of it if it failed
 */
public record SeenRequest(
    String file,
    boolean write,
    long requested,
    long bytes,
    int bios,
    long start,
    long latency,
    List<Long> phases,
    @Nullable String error) {
  /** Names of the phases, in the order of a request's way. */
  public static final List<String> PHASES =
      List.of("admission", "mapping", "assembly", "queued", "device", "deferred", "completion");

  long end() {
    return start + latency;
  }
}
