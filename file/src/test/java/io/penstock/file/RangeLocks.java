package io.penstock.file;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps operations apart that overlap in bytes, so that an oracle knows what each must find; those
 * that meet in a block and not in a byte run at the same time.
 */
final class RangeLocks {
  /** Bytes {@code from} (inclusive) to {@code to} (exclusive). */
  record Range(long from, long to, boolean shared) {
    boolean conflicts(Range other) {
      return from < other.to && other.from < to && !(shared && other.shared);
    }
  }

  private final List<Range> held = new ArrayList<>();

  synchronized Range take(long from, long to, boolean shared) throws InterruptedException {
    Range range = new Range(from, to, shared);
    while (held.stream().anyMatch(range::conflicts)) {
      wait();
    }
    held.add(range);
    return range;
  }

  synchronized void release(Range range) {
    held.removeIf(each -> each == range);
    notifyAll();
  }
}
