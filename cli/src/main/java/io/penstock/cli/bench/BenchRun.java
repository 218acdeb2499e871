package io.penstock.cli.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Runs engines side by side: every one in every round, forwards in one round and backwards in the
 * next, so that a machine that becomes slower meanwhile does so for all. The first engine runs
 * twice in each round; the second time it is the control.
 */
public final class BenchRun {

  /** Told how far it is. */
  public interface Listener {
    /** Tells nobody. */
    Listener NONE = text -> {};

    /** So far. */
    void at(String text);
  }

  private final Workload workload;
  private final Listener listener;
  private final List<Contender> contenders = new ArrayList<>();
  private final List<BenchResult.Skipped> skipped = new ArrayList<>();

  /** Of these engines; those that cannot be used here are skipped. */
  public BenchRun(Workload workload, List<BenchEngine> engines, Listener listener) {
    this.workload = workload;
    this.listener = listener;
    for (BenchEngine engine : engines) {
      Optional<String> cause = engine.unavailabilityCause(workload);
      if (cause.isPresent()) {
        skipped.add(new BenchResult.Skipped(engine.name(), cause.get()));
      } else {
        contenders.add(new Contender(engine.name(), engine));
      }
    }
    if (!contenders.isEmpty()) {
      contenders.add(new Contender(Contender.CONTROL, contenders.getFirst().engine()));
    }
  }

  /** How many turns there are in one round, the control's included; 0 when nothing can be run. */
  public int turns() {
    return contenders.size();
  }

  /** Engines that could not be used. */
  public List<BenchResult.Skipped> skipped() {
    return Collections.unmodifiableList(skipped);
  }

  /** Lets code be compiled, which is then forgotten, and runs the rounds. */
  public BenchResult run(Duration warmUp, Timing timing, int rounds) throws IOException {
    for (Contender each : contenders) {
      if (each.engine().needsWarmUp() && !each.isControl()) {
        listener.at("warming up " + each.label());
        each.engine().measure(workload, new Timing(Duration.ZERO, warmUp));
      }
    }
    for (int round = 0; round < rounds; round++) {
      for (Contender each : round % 2 == 0 ? contenders : contenders.reversed()) {
        listener.at("round " + (round + 1) + " of " + rounds + ": " + each.label());
        each.rounds().add(each.engine().measure(workload, timing));
      }
    }
    return new BenchResult(workload, timing, rounds, List.copyOf(contenders), List.copyOf(skipped));
  }
}
