package io.penstock.engine.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testkit.Divergence;
import io.penstock.testkit.simulation.FaultKind;
import io.penstock.testkit.soak.Coverage;
import io.penstock.testkit.soak.SectorWorkload;
import io.penstock.testkit.soak.Soak;
import io.penstock.testkit.soak.SoakCase;
import io.penstock.testkit.soak.Workload;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The soak finds what is broken on purpose, and nothing where nothing is. */
class SoakCatchesTest {
  private static final Set<FaultKind> POWER =
      EnumSet.of(FaultKind.POWER_CUT, FaultKind.LOST_CACHE, FaultKind.REORDER);
  private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

  private static SoakCase of(Workload workload, long seed, int operations, Set<FaultKind> faults) {
    return new SoakCase(workload.name(), seed, operations, faults);
  }

  /** The first divergence of a few seeds. */
  private static Divergence divergence(Workload workload, Set<FaultKind> faults) {
    return assertThrows(
        Divergence.class,
        () -> {
          for (long seed = 1; seed <= 8; seed++) {
            workload.run(of(workload, seed, 800, faults), new Coverage());
          }
        });
  }

  private static void names(String word, Divergence divergence) {
    String told = String.valueOf(divergence.getMessage());
    assertTrue(told.contains(word), told);
  }

  @Test
  void nothingIsFoundWhereNothingIsBroken() {
    for (Workload each : List.of(SectorWorkload.raw(), SectorWorkload.simple())) {
      Soak soak = new Soak(List.of(each), ALL, 1);
      assertTrue(soak.run(1000, () -> true), () -> String.valueOf(soak.failure()));
    }
  }

  /** A sync beside one that failed; an atomic write that failed behind the end of the file. */
  @Test
  void whatLongerSoaksHaveFoundIsNotFoundAgain() {
    Workload raw = SectorWorkload.raw();
    Workload simple = SectorWorkload.simple();
    raw.run(of(raw, 559158491986L, 1750, ALL), new Coverage());
    simple.run(of(simple, 193283739864L, 2000, ALL), new Coverage());
  }

  @Test
  void aSeedMakesTheSameEventsAgain() {
    for (Workload each : List.of(SectorWorkload.raw(), SectorWorkload.simple())) {
      long first = each.run(of(each, 5, 400, ALL), new Coverage());
      assertEquals(first, each.run(of(each, 5, 400, ALL), new Coverage()), each.name());
      assertFalse(first == each.run(of(each, 6, 400, ALL), new Coverage()), each.name());
    }
  }

  @Test
  void aForgottenFlushIsFound() {
    Workload broken = SectorWorkload.raw().behind(BrokenDevices.ForgetsFlushes::new);
    names("CMP-6", divergence(broken, POWER));
  }

  @Test
  void aForgottenForcedUnitAccessIsFound() {
    Workload broken = SectorWorkload.raw().behind(BrokenDevices.ForgetsForcedAccess::new);
    names("CMP-6", divergence(broken, POWER));
  }

  @Test
  void aTornLogicalBlockIsFound() {
    Workload broken = SectorWorkload.raw().behind(BrokenDevices.TearsBlocks::new);
    names("WALK-1", divergence(broken, Set.of()));
  }

  @Test
  void aSecondCompletionIsFound() {
    Workload broken = SectorWorkload.raw().behind(BrokenDevices.CompletesTwice::new);
    Soak soak = new Soak(List.of(broken), Set.of(), 1);
    assertFalse(soak.run(500, () -> true), "all was well");
    names("twice", failure(soak).divergence());
  }

  @Test
  void aForgottenCompletionIsFound() {
    Workload broken = SectorWorkload.raw().behind(BrokenDevices.ForgetsABio::new);
    names("wait for ever", divergence(broken, Set.of()));
  }

  @Test
  void aSizeBeforeItsDataIsFound() {
    names("ADM-8", divergence(SectorWorkload.of("early", EarlySizeLayout::create), Set.of()));
  }

  @Test
  void aFailureIsMadeSmallAndRepeatsItself() {
    Workload broken = SectorWorkload.raw().behind(BrokenDevices.TearsBlocks::new);
    Soak soak = new Soak(List.of(broken), EnumSet.of(FaultKind.LATENCY, FaultKind.REORDER), 1);
    assertFalse(soak.run(800, () -> true), "all was well");
    Soak.Failure failure = failure(soak);
    assertTrue(failure.smallest().operations() < failure.found().operations());
    assertThrows(Divergence.class, () -> broken.run(failure.smallest(), new Coverage()));
  }

  private static Soak.Failure failure(Soak soak) {
    return Objects.requireNonNull(soak.failure());
  }
}
