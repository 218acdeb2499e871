package io.penstock.testkit.soak;

import io.penstock.testkit.Divergence;
import io.penstock.testkit.simulation.FaultPlan;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks one run: counts every check under its rule, and keeps the first one that failed, since a
 * handler must not throw. Confined to the run.
 */
public final class Referee {
  private final SoakCase one;
  private final FaultPlan faults;
  private final Coverage coverage;
  private @Nullable Divergence first;
  private int operations;

  /** For a run with these faults. */
  public Referee(SoakCase one, FaultPlan faults, Coverage coverage) {
    this.one = one;
    this.faults = faults;
    this.coverage = coverage;
  }

  /** Whether another operation is to be done; counts it. */
  public boolean takeOperation() {
    boolean more = hasMore();
    operations += more ? 1 : 0;
    return more;
  }

  /** Whether there is another operation to be done. */
  public boolean hasMore() {
    return first == null && operations < one.operations();
  }

  /** Operations begun. */
  public int operations() {
    return operations;
  }

  /** How often each fault has struck by now: for {@link #check}. */
  public long[] now() {
    return faults.hits();
  }

  /**
   * Checks something.
   *
   * @param rule of the specification that says so
   * @param since hits at the beginning of what is checked
   * @param good whether it is so
   * @param told what is wrong otherwise
   */
  public void check(String rule, long[] since, boolean good, Supplier<String> told) {
    coverage.checked(rule, since, faults.hits());
    if (!good) {
      fail(rule, told.get());
    }
  }

  /** Something is not as it must be. */
  public void fail(String rule, String told) {
    if (first == null) {
      first =
          new Divergence(
              told + " (" + rule + ") at operation " + operations + " of: " + one.options());
    }
  }

  /** Whether something was not as it must be. */
  public boolean hasFailed() {
    return first != null;
  }

  /**
   * The run is over: counts its faults.
   *
   * @throws Divergence if something was not as it must be
   */
  public void end() {
    coverage.struck(faults.hits());
    throwFailure();
  }

  private void throwFailure() {
    Divergence failure = first;
    if (failure != null) {
      throw failure;
    }
  }
}
