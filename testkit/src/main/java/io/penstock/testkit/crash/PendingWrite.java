package io.penstock.testkit.crash;

/** A write that a crash at this moment may lose, or has not certainly kept all of. */
final class PendingWrite {
  private static final int NEVER = Integer.MAX_VALUE;

  private final LoggedWrite write;
  private final int submitted;
  private int completed = NEVER;
  private boolean certain;

  PendingWrite(LoggedWrite write, int submitted) {
    this.write = write;
    this.submitted = submitted;
  }

  LoggedWrite write() {
    return write;
  }

  void completed(int at) {
    completed = at;
  }

  boolean isCompleted() {
    return completed != NEVER;
  }

  /** It is there whatever happens; only an earlier one that overlaps keeps it from being folded. */
  void certain() {
    certain = true;
  }

  boolean isCertain() {
    return certain;
  }

  /** Whether the device may carry out both in either order, and the order can be seen. */
  boolean races(PendingWrite other) {
    return submitted < other.completed
        && other.submitted < completed
        && write.overlaps(other.write);
  }
}
