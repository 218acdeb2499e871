package io.penstock.bench.proof;

import io.penstock.cli.bench.Spread;
import java.util.Locale;

/**
 * A ratio that should have at least, or at most, some value.
 *
 * @param place where
 * @param text what is claimed, for people
 * @param ratio its median and range over paired rounds
 * @param noise factor by which an engine was off from itself in the worst round
 * @param atLeast whether the bound is a lower one
 * @param bound the value
 */
record Claim(String place, String text, Spread ratio, double noise, boolean atLeast, double bound) {

  /** What came out. */
  enum Verdict {
    /** In every round, or by more than the noise. */
    HELD("held"),
    /** Noise and what was seen cannot be told apart. */
    TIE("tie"),
    /** Missed in every round and by more than the noise. */
    NOT_HELD("not held"),
    /** An engine of it could not be used here. */
    UNKNOWN("unknown");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** An upper bound is a lower one of the inverse. */
  private Spread towards() {
    return atLeast ? ratio : new Spread(1 / ratio.median(), 1 / ratio.high(), 1 / ratio.low());
  }

  Verdict verdict() {
    if (!ratio.isKnown()) {
      return Verdict.UNKNOWN;
    }
    double wanted = atLeast ? bound : 1 / bound;
    Spread seen = towards();
    if (seen.low() >= wanted || seen.median() / wanted > noise) {
      return Verdict.HELD;
    }
    return seen.high() >= wanted || wanted / seen.median() <= noise
        ? Verdict.TIE
        : Verdict.NOT_HELD;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-5s %-66s %s %-5s %6.3f (%.3f..%.3f)  noise %.3f  %s",
        place,
        text,
        atLeast ? ">=" : "<=",
        String.format(Locale.ROOT, "%.2f", bound),
        ratio.median(),
        ratio.low(),
        ratio.high(),
        noise,
        verdict());
  }
}
