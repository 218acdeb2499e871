package io.penstock.cli.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * All rounds of all engines.
 *
 * @param workload that each had
 * @param timing of each turn
 * @param rounds how many
 * @param contenders in the order asked for, the control last
 * @param skipped engines that could not be used, with the cause
 */
public record BenchResult(
    Workload workload,
    Timing timing,
    int rounds,
    List<Contender> contenders,
    List<Skipped> skipped) {

  /**
   * An engine that was not run.
   *
   * @param engine its name
   * @param cause why, and what to do about it
   */
  public record Skipped(String engine, String cause) {}

  /** What the others are compared with. */
  public Contender first() {
    return contenders.getFirst();
  }

  /** The contender with this label. */
  public Contender of(String label) {
    return contenders.stream()
        .filter(each -> each.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(label + " is not among " + contenders));
  }

  /** Whether this one was run. */
  public boolean has(String label) {
    return contenders.stream().anyMatch(each -> each.label().equals(label));
  }

  /**
   * The noise of the run: how far apart, as a factor of at least 1, the first engine and its
   * control were in the worst round. NaN without a control.
   */
  public double noise(ToDoubleFunction<Measurement> figure) {
    if (!has(Contender.CONTROL)) {
      return Double.NaN;
    }
    Spread control = of(Contender.CONTROL).ratioTo(first(), figure);
    return Math.max(control.high(), 1 / control.low());
  }

  /**
   * Whether a difference from the first cannot be told from noise: the median ratio is no further
   * from 1 than the control was in some round, or 1 lies within the interval.
   */
  public boolean isTie(Contender one, ToDoubleFunction<Measurement> figure) {
    Spread ratio = one.ratioTo(first(), figure);
    double factor = Math.max(ratio.median(), 1 / ratio.median());
    return ratio.contains(1) || factor <= noise(figure);
  }

  /** Failed operations of all. */
  public long errors() {
    return contenders.stream().mapToLong(Contender::errors).sum();
  }
}
