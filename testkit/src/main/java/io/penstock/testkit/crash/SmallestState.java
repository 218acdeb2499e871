package io.penstock.testkit.crash;

import io.penstock.testkit.crash.CrashState.Applied;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a state that fails smaller as long as it still does: without one of its writes, or with a
 * torn one whole. Any failure counts, not only the one that was found first.
 */
final class SmallestState {
  private CrashState state;
  private Throwable wrong;

  SmallestState(CrashState state, Throwable wrong) {
    this.state = state;
    this.wrong = wrong;
  }

  /** What fails still. */
  CrashState state() {
    return state;
  }

  /** How. */
  Throwable wrong() {
    return wrong;
  }

  /** Tries until nothing can be left out. */
  void shrink(Function<CrashState, @Nullable Throwable> check) {
    boolean smaller = true;
    while (smaller) {
      smaller = false;
      for (int i = state.applied().size() - 1; i >= 0; i--) {
        Applied each = state.applied().get(i);
        if (each.certain()) {
          continue;
        }
        smaller |=
            take(state.without(i), check)
                || (each.sectors() != null
                    && take(state.with(i, new Applied(each.write(), false, null)), check));
      }
    }
  }

  private boolean take(CrashState candidate, Function<CrashState, @Nullable Throwable> check) {
    Throwable still = check.apply(candidate);
    if (still == null) {
      return false;
    }
    state = candidate;
    wrong = still;
    return true;
  }
}
