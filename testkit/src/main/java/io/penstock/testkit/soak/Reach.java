package io.penstock.testkit.soak;

import io.penstock.testkit.simulation.FaultKind;
import java.util.Optional;
import java.util.Set;

/** Which checks can never meet which faults, and why. */
public final class Reach {
  private Reach() {}

  /** Why a rule is never checked while a kind of fault is in play, on any simulated device. */
  public static Optional<String> unreachable(FaultKind kind, String rule, Set<FaultKind> wanted) {
    if (kind == FaultKind.LOST_CACHE && !wanted.contains(FaultKind.POWER_CUT)) {
      return Optional.of("a cache is lost only with the power");
    }
    if (kind == FaultKind.TORN_WRITE
        && !wanted.contains(FaultKind.POWER_CUT)
        && !wanted.contains(FaultKind.TRANSIENT_ERROR)
        && !wanted.contains(FaultKind.STICKY_ERROR)) {
      return Optional.of("a write is torn only where it fails or the power goes");
    }
    boolean power = kind == FaultKind.POWER_CUT || kind == FaultKind.LOST_CACHE;
    if (power && rule.equals("ADM-12")) {
      return Optional.of("who finds a full queue finds power too: nothing is in flight without");
    }
    if (rule.equals("ADM-12") && !wanted.contains(FaultKind.FULL_QUEUE)) {
      return Optional.of("only a full queue makes a no-wait request wait");
    }
    return Optional.empty();
  }
}
