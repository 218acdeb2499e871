package io.penstock.cli.bench;

import io.penstock.file.Engines;
import java.io.IOException;
import java.util.Optional;

/**
 * What a user gets who leaves the choice to Penstock: calls that wait where one operation at a time
 * is asked for, requests with handlers where it is more.
 */
final class AutoEngine implements BenchEngine {
  static final String NAME = "auto";

  private final BenchEngine blocking = new BlockingEngine(NAME, Engines.AUTO, false);
  private final BenchEngine shared = new SharedEngine(NAME, Engines.AUTO);

  AutoEngine() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> unavailabilityCause(Workload workload) {
    return blocking.unavailabilityCause(workload);
  }

  @Override
  public Measurement measure(Workload workload, Timing timing) throws IOException {
    return (workload.depth() == 1 ? blocking : shared).measure(workload, timing);
  }
}
