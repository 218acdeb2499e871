package io.penstock.testkit.sweep;

import io.penstock.testkit.Dice;
import io.penstock.testkit.Divergence;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs a workload once as it is, then with every one of its calls failing, in each way it can, then
 * with every two of them. The second of two is looked for in the run in which the first failed, so
 * that calls which are made only because of a failure fail too.
 *
 * <p>After each step of each run: the exact result and error, bytes, the end-of-I/O hook and what
 * it was told, memory given back once, nothing in flight, locked or claimed, and no byte visible
 * that nobody wrote. After each run all of the file is written and read again.
 *
 * <p>Every method throws {@link Divergence} when something is not as it has to be; its message
 * names the faults that {@link #repeat} takes. Not thread-safe, and nothing else may use the pooled
 * memory of {@code BufferPool.shared()} meanwhile.
 */
public final class FaultSweep implements AutoCloseable {
  private final Workload workload;
  private final Delivery delivery;
  private final MemoryBank bank = new MemoryBank();
  private final Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
  private long seed;
  private long deadline = Long.MAX_VALUE;
  private long points;
  private long singleRuns;
  private long pairRuns;
  private long requests;
  private boolean cutShort;
  private List<SweepFault> lastFaults = List.of();

  /** A sweep of a workload whose requests are waited for in this way. */
  public FaultSweep(Workload workload, Delivery delivery) {
    this.workload = workload;
    this.delivery = delivery;
  }

  /** Chooses what each of two failing calls leaves behind; 0 if not said. */
  public FaultSweep seed(long value) {
    seed = value;
    return this;
  }

  /** No further run is begun when so many seconds have passed from now on. */
  public FaultSweep budget(long seconds) {
    deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    return this;
  }

  /** Runs with nothing failing: what the script says itself, and how many calls there are. */
  public FaultSweep clean() {
    points = one(List.of()).size();
    return this;
  }

  /** Runs once for every call and each way in which it can fail. */
  public FaultSweep singles() {
    for (FaultPoint point : one(List.of())) {
      for (Effect effect : point.kind().effects()) {
        if (isOver()) {
          return this;
        }
        one(List.of(new SweepFault(point, effect)));
        singleRuns++;
      }
    }
    return this;
  }

  /** Runs once for every two calls; what they leave behind is chosen by the seed. */
  public FaultSweep pairs() {
    long number = 0;
    for (FaultPoint first : one(List.of())) {
      Dice dice = Dice.of(seed, number++);
      SweepFault one = choose(first, dice);
      List<FaultPoint> calls = one(List.of(one));
      for (FaultPoint second : calls.subList(calls.indexOf(first) + 1, calls.size())) {
        if (isOver()) {
          return this;
        }
        one(List.of(one, choose(second, dice)));
        pairRuns++;
      }
    }
    return this;
  }

  /** Runs once with just these calls failing. */
  public FaultSweep repeat(List<SweepFault> faults) {
    one(faults);
    return this;
  }

  private static SweepFault choose(FaultPoint point, Dice dice) {
    List<Effect> effects = point.kind().effects();
    return new SweepFault(point, effects.get(dice.below(effects.size())));
  }

  private boolean isOver() {
    cutShort |= System.nanoTime() - deadline >= 0 && deadline != Long.MAX_VALUE;
    return cutShort;
  }

  private List<FaultPoint> one(List<SweepFault> faults) {
    lastFaults = faults;
    SweepRun run = new SweepRun(workload, delivery, faults);
    try {
      run.run(bank);
    } catch (Divergence divergence) {
      throw divergence;
    } catch (RuntimeException | AssertionError failure) {
      throw new Divergence(run.describe("failed with " + failure), failure);
    }
    requests += run.requests();
    List<FaultPoint> calls = run.trace();
    calls.forEach(each -> kinds.add(each.kind()));
    return calls;
  }

  /** Gives its memory back. */
  @Override
  public void close() {
    bank.close();
  }

  // --- what was done ---

  /** Calls that can fail, in the run in which none does; known after {@link #clean()}. */
  public long points() {
    return points;
  }

  /** Runs with one call failing. */
  public long singleRuns() {
    return singleRuns;
  }

  /** Runs with two. */
  public long pairRuns() {
    return pairRuns;
  }

  /** Reads and writes in all runs. */
  public long requests() {
    return requests;
  }

  /** Kinds of calls that were met. */
  public Set<FaultKind> kinds() {
    return EnumSet.copyOf(kinds);
  }

  /** What failed in the run that was begun last: after a divergence, what led to it. */
  public List<SweepFault> lastFaults() {
    return lastFaults;
  }

  /** Whether the budget ended it before everything was done. */
  public boolean isCutShort() {
    return cutShort;
  }
}
