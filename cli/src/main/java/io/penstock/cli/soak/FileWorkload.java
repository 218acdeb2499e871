package io.penstock.cli.soak;

import io.penstock.testkit.simulation.FaultKind;
import io.penstock.testkit.simulation.FaultPlan;
import io.penstock.testkit.soak.Coverage;
import io.penstock.testkit.soak.Reach;
import io.penstock.testkit.soak.Referee;
import io.penstock.testkit.soak.SoakCase;
import io.penstock.testkit.soak.Workload;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Several threads and handles on the files of a simulated host: reads and writes of any alignment,
 * batches, appends, streams, prefetches, holes, truncation, syncs and closes, through losses of
 * power.
 */
public final class FileWorkload implements Workload {
  /** The only one there is. */
  public FileWorkload() {}

  @Override
  public String name() {
    return "file";
  }

  @Override
  public List<String> rules() {
    return List.of("BIO-3", "CMP-2", "CMP-6", "FILE-1", "FILE-3", "FILE-5", "FILE-6", "FILE-7");
  }

  @Override
  public Optional<String> unreachable(FaultKind kind, String rule, Set<FaultKind> wanted) {
    return Reach.unreachable(kind, rule, wanted);
  }

  @Override
  public int operationsPerRun() {
    return 1000;
  }

  @Override
  public long run(SoakCase one, Coverage coverage) {
    FaultPlan faults = FaultPlan.of(one.seed(), one.faults());
    Referee referee = new Referee(one, faults, coverage);
    long trace = new FileRun(one, faults, referee).run();
    referee.end();
    return trace;
  }
}
