package io.penstock.testkit.soak;

import io.penstock.testkit.simulation.FaultKind;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One run of a workload, which these values determine.
 *
 * @param workload its name
 * @param seed makes all choices
 * @param operations how many it does
 * @param faults what may go wrong
 */
public record SoakCase(String workload, long seed, int operations, Set<FaultKind> faults) {

  /** Copies the set, in the order of the kinds. */
  public SoakCase {
    Set<FaultKind> copy = EnumSet.noneOf(FaultKind.class);
    copy.addAll(faults);
    faults = copy;
  }

  /** The same case with fewer operations. */
  public SoakCase withOperations(int fewer) {
    return new SoakCase(workload, seed, fewer, faults);
  }

  /** The same case without one kind of fault. */
  public SoakCase without(FaultKind kind) {
    Set<FaultKind> fewer = EnumSet.noneOf(FaultKind.class);
    fewer.addAll(faults);
    fewer.remove(kind);
    return new SoakCase(workload, seed, operations, fewer);
  }

  /** Options that make exactly this case. */
  public String options() {
    String kinds =
        faults.isEmpty()
            ? "none"
            : faults.stream().map(FaultKind::word).collect(Collectors.joining(","));
    return "--layout "
        + workload
        + " --seed "
        + seed
        + " --operations "
        + operations
        + " --faults "
        + kinds;
  }
}
