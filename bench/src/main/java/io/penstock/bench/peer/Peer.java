package io.penstock.bench.peer;

import io.penstock.cli.bench.LoopEngine;
import io.penstock.cli.bench.Round;
import io.penstock.cli.bench.Workload;
import java.io.IOException;
import java.util.Optional;

/** An engine that others have made: each worker opens the file for itself. */
abstract class Peer extends LoopEngine {
  Peer(String name) {
    super(name);
  }

  /** Loads what the engine needs; whatever is thrown is why it cannot be used. */
  abstract void load() throws Exception;

  /** What it cannot do of this workload; empty when it can do all. */
  Optional<String> missing(Workload workload) {
    return Optional.empty();
  }

  /** One worker's turn, as {@link Loop#run}. */
  abstract void work(Round round) throws IOException, InterruptedException;

  @Override
  public final Optional<String> unavailabilityCause(Workload workload) {
    try {
      load();
      return missing(workload);
    } catch (Exception | LinkageError e) {
      Throwable first = e;
      while (first.getCause() != null) {
        first = first.getCause();
      }
      return Optional.of(first.toString());
    }
  }

  @Override
  protected final Loop open(Round round) {
    round.inUse(name());
    return new Loop() {
      @Override
      public void run(Round same) throws IOException, InterruptedException {
        work(same);
      }

      @Override
      public void close() {}
    };
  }
}
