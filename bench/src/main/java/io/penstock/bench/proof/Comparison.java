package io.penstock.bench.proof;

import io.penstock.cli.bench.BenchResult;
import io.penstock.cli.bench.Contender;
import io.penstock.cli.bench.Measurement;
import io.penstock.cli.bench.Spread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** One run of several engines at a place, the claims made of it, and the promises it must keep. */
final class Comparison {
  /** These allocate nothing per operation. */
  private static final Set<String> WITHOUT_GARBAGE = Set.of("uring", "uring-shared", "pread");

  /** These are named after what must be in use below them. */
  private static final Set<String> ON_A_RING = Set.of("uring", "uring-shared", "virtual");

  /** What a round's harness and compilers may allocate in all. */
  private static final double MOST_BYTES_OF_A_ROUND = 64 << 10;

  private final Place place;
  private final String what;
  private final BenchResult result;
  private final List<Claim> claims = new ArrayList<>();

  Comparison(Place place, String what, BenchResult result) {
    this.place = place;
    this.what = what;
    this.result = result;
  }

  /** One engine's figure is at least so many times another's. */
  Comparison atLeast(
      double bound, String one, String other, String unit, ToDoubleFunction<Measurement> figure) {
    return claim(true, bound, one, other, unit, figure);
  }

  /** One engine's figure is at most so many times another's. */
  Comparison atMost(
      double bound, String one, String other, String unit, ToDoubleFunction<Measurement> figure) {
    return claim(false, bound, one, other, unit, figure);
  }

  private Comparison claim(
      boolean atLeast,
      double bound,
      String one,
      String other,
      String unit,
      ToDoubleFunction<Measurement> figure) {
    Spread ratio =
        result.has(one) && result.has(other)
            ? result.of(one).ratioTo(result.of(other), figure)
            : Spread.UNKNOWN;
    String text = what + ": " + one + " / " + other + ", " + unit;
    claims.add(new Claim(place.toString(), text, ratio, result.noise(figure), atLeast, bound));
    return this;
  }

  /** The one of these with the higher median; the first when none was run. */
  String betterOf(String one, String other) {
    if (!result.has(one) || !result.has(other)) {
      return result.has(other) ? other : one;
    }
    double first = result.of(one).spread(Measurement::iops).median();
    return first >= result.of(other).spread(Measurement::iops).median() ? one : other;
  }

  BenchResult result() {
    return result;
  }

  List<Claim> claims() {
    return Collections.unmodifiableList(claims);
  }

  /** Promises that are broken, whatever the speed. */
  List<String> broken() {
    List<String> broken = new ArrayList<>();
    for (Contender each : result.contenders()) {
      String who = place + ", " + what + ", " + each.label() + ": ";
      if (each.errors() > 0) {
        broken.add(who + each.errors() + " operations failed");
      }
      if (ON_A_RING.contains(each.label()) && !each.provider().equals("uring")) {
        broken.add(who + "in use was " + each.provider());
      }
      if (WITHOUT_GARBAGE.contains(each.label()) && allocates(each)) {
        broken.add(
            who
                + each.spread(Measurement::bytesPerOperation).median()
                + " bytes allocated per operation");
      }
    }
    return broken;
  }

  private static boolean allocates(Contender each) {
    return each.spread(Measurement::bytesPerOperation).median() >= 1
        && each.spread(seen -> seen.bytesPerOperation() * seen.operations()).low()
            > MOST_BYTES_OF_A_ROUND;
  }
}
