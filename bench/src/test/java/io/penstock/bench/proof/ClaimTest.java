package io.penstock.bench.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.bench.proof.Claim.Verdict;
import io.penstock.cli.bench.Spread;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ClaimTest {
  private static Verdict atLeast(double bound, Spread ratio, double noise) {
    return new Claim("here", "this", ratio, noise, true, bound).verdict();
  }

  private static Verdict atMost(double bound, Spread ratio, double noise) {
    return new Claim("here", "this", ratio, noise, false, bound).verdict();
  }

  @Test
  void heldInEveryRoundOrByMoreThanTheNoise() {
    assertEquals(Verdict.HELD, atLeast(1, new Spread(1.02, 1.0, 1.1), 1.5));
    assertEquals(Verdict.HELD, atLeast(1, new Spread(1.2, 0.9, 1.3), 1.1));
    assertEquals(Verdict.HELD, atMost(1.1, new Spread(1.05, 0.9, 1.1), 1.5));
    assertEquals(Verdict.HELD, atMost(1, new Spread(0.8, 0.7, 1.2), 1.1));
  }

  @Test
  void notHeldWhenMissedInEveryRoundAndByMoreThanTheNoise() {
    assertEquals(Verdict.NOT_HELD, atLeast(1, new Spread(0.8, 0.7, 0.99), 1.1));
    assertEquals(Verdict.NOT_HELD, atMost(1.1, new Spread(1.4, 1.2, 1.5), 1.1));
  }

  @Test
  void aTieElse() {
    assertEquals(Verdict.TIE, atLeast(1, new Spread(0.95, 0.9, 0.99), 1.1));
    assertEquals(Verdict.TIE, atLeast(1, new Spread(0.8, 0.7, 1.0), 1.1));
    assertEquals(Verdict.TIE, atMost(1.1, new Spread(1.15, 1.12, 1.2), 1.1));
  }

  @Test
  void unknownWithoutOneOfTheEngines() {
    assertEquals(Verdict.UNKNOWN, atLeast(1, Spread.UNKNOWN, 1.1));
  }

  @Test
  void aPlaceAsOnTheCommandLine() {
    assertEquals(
        new Place(Place.Kind.RAM, Path.of("/dev/zram0"), 4096), Place.parse("ram=/dev/zram0=4096"));
    assertThrows(IllegalArgumentException.class, () -> Place.parse("ram=/dev/zram0"));
  }
}
