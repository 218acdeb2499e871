package io.penstock.testkit.soak;

import io.penstock.testkit.Divergence;
import io.penstock.testkit.oracle.Simulation;
import io.penstock.testkit.simulation.FaultKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The engine against the model of {@link Simulation}: random layouts, with faults of its own kinds,
 * in layouts and hooks too, which this does not choose among. It counts no checks: the model
 * compares everything the engine does.
 */
public final class ModelWorkload implements Workload {
  /** The only one there is. */
  public ModelWorkload() {}

  @Override
  public String name() {
    return "model";
  }

  @Override
  public List<String> rules() {
    return List.of();
  }

  @Override
  public Optional<String> unreachable(FaultKind kind, String rule, Set<FaultKind> wanted) {
    return Optional.of("the model has faults of its own");
  }

  @Override
  public int operationsPerRun() {
    return Simulation.DEFAULT_REQUESTS;
  }

  @Override
  public long run(SoakCase one, Coverage coverage) {
    try {
      return Simulation.run(one.seed(), one.operations()).hashCode();
    } catch (Divergence divergence) {
      throw new Divergence(divergence.getMessage() + "\nin: " + one.options(), divergence);
    }
  }
}
