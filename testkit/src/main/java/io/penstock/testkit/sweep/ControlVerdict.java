package io.penstock.testkit.sweep;

import io.penstock.core.file.BlockFile;
import io.penstock.testkit.sweep.Facts.Failure;
import io.penstock.testkit.sweep.Step.Truncate;
import org.jspecify.annotations.Nullable;

/** Whether a truncate or a sync did what it had to. */
final class ControlVerdict {
  private final Facts facts;
  private final BlockFile file;

  ControlVerdict(Facts facts, BlockFile file) {
    this.facts = facts;
    this.file = file;
  }

  /** What is wrong, or null. */
  @Nullable String wrong() {
    Throwable error = facts.error;
    Failure failure = facts.failures.isEmpty() ? null : facts.failures.getFirst();
    boolean sync = facts.step instanceof Step.Sync;
    if (failure == null && sync && facts.stickyBefore != null) {
      return isCaused(error, facts.stickyBefore)
          ? null
          : "reported "
              + error
              + " after a sync had failed with "
              + facts.stickyBefore
              + " (CMP-6)";
    }
    if (failure == null) {
      return error == null ? null : "reported " + error + ", expected no error";
    }
    return isCaused(error, failure.error())
        ? null
        : "reported " + error + ", expected " + failure.error() + " (CMP-2)";
  }

  private static boolean isCaused(@Nullable Throwable reported, Throwable wanted) {
    for (Throwable each = reported; each != null; each = each.getCause()) {
      if (each == wanted) {
        return true;
      }
    }
    return false;
  }

  /** What is wrong with the size that the file has now, or null. */
  @Nullable String wrongSize(long size) {
    long wanted = facts.step instanceof Truncate to ? to.size() : facts.sizeBefore;
    boolean undecided = facts.failure(FaultKind.TRUNCATE) != null;
    long expected = facts.error == null ? wanted : facts.sizeBefore;
    return size == expected || (undecided && size == wanted)
        ? null
        : "the size is " + size + " after " + facts.step + ", expected " + expected;
  }

  /** Carries over to the contents what the step may have changed (ZERO-8). */
  void apply(Contents contents) {
    if (!(facts.step instanceof Truncate to) || to.size() >= facts.sizeBefore) {
      return;
    }
    long block = file.blockSize();
    if (facts.error == null) {
      contents.put(to.size(), Long.MAX_VALUE, 0);
    } else if (facts.failure(FaultKind.TRUNCATE) == null) {
      contents.mayBe(
          to.size(), Math.min(facts.sizeBefore, (to.size() + block - 1) / block * block), 0);
    } else {
      contents.mayBe(to.size(), facts.sizeBefore, 0);
    }
  }
}
