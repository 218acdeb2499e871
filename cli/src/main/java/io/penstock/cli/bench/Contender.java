package io.penstock.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One line of the result: an engine with its measurements, one per round.
 *
 * @param label the engine's name, or {@link #CONTROL}
 * @param engine that is measured
 * @param rounds what it did, in the order of the rounds
 */
public record Contender(String label, BenchEngine engine, List<Measurement> rounds) {
  /** The first engine once more: how far it is from itself shows the noise of the run. */
  public static final String CONTROL = "control";

  Contender(String label, BenchEngine engine) {
    this(label, engine, new ArrayList<>());
  }

  /** Whether this is the first engine's second turn. */
  public boolean isControl() {
    return label.equals(CONTROL);
  }

  /** Median and range of a figure over the rounds. */
  public Spread spread(ToDoubleFunction<Measurement> figure) {
    return Spread.of(rounds.stream().mapToDouble(figure).toArray());
  }

  /**
   * Median and range over the rounds of this one's figure divided by another's in the same round.
   */
  public Spread ratioTo(Contender other, ToDoubleFunction<Measurement> figure) {
    int pairs = Math.min(rounds.size(), other.rounds.size());
    double[] ratios = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      ratios[i] = figure.applyAsDouble(rounds.get(i)) / figure.applyAsDouble(other.rounds.get(i));
    }
    return Spread.of(ratios);
  }

  /** Latencies: at each percentile the median of the rounds. */
  public Latencies latencies() {
    return Latencies.medianOf(rounds.stream().map(Measurement::latencies).toList());
  }

  /** Operations that failed, in all rounds. */
  public long errors() {
    return rounds.stream().mapToLong(Measurement::errors).sum();
  }

  /** What was really in use below. */
  public String provider() {
    return rounds.isEmpty() ? "" : rounds.getLast().provider();
  }
}
