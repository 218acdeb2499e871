package io.penstock.cli.bench;

import java.io.IOException;
import java.util.Optional;

/**
 * Something whose speed is measured. Others are found with {@link java.util.ServiceLoader}; those
 * that run in this process extend {@link LoopEngine}, so that one harness measures all of them.
 */
public interface BenchEngine {

  /** One lower-case word, by which users choose it. */
  String name();

  /** Why it cannot be used here, and what to do about it; empty when it can be used. */
  Optional<String> unavailabilityCause(Workload workload);

  /** Whether its code is compiled while it runs, so that its first seconds are slower. */
  default boolean needsWarmUp() {
    return true;
  }

  /**
   * Runs for a while and says what was seen. Waits for that long; leaves nothing in flight.
   *
   * @throws IOException when it cannot begin or had to give up; single failed operations are
   *     counted instead
   */
  Measurement measure(Workload workload, Timing timing) throws IOException;
}
