package io.penstock.testkit.soak;

import io.penstock.testkit.simulation.FaultKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Random work on something simulated, whose results it can foretell. */
public interface Workload {

  /** One lower-case word. */
  String name();

  /** The rules of the specification that it checks, in the order of the table. */
  List<String> rules();

  /**
   * Why a rule cannot be checked while faults of a kind are in play, all kinds being wanted that
   * {@code wanted} has; empty when it can, so that a long run in which it was not is a mistake.
   */
  Optional<String> unreachable(FaultKind kind, String rule, Set<FaultKind> wanted);

  /** Operations that are worth one run: more are several runs, each from a seed of its own. */
  int operationsPerRun();

  /**
   * Does all of a case.
   *
   * @param coverage counts what was checked
   * @return a number that is the same whenever the same case does the same
   * @throws io.penstock.testkit.Divergence when something is not as it must be
   */
  long run(SoakCase one, Coverage coverage);
}
