package io.penstock.ext4.space;

import java.util.Map;
import java.util.TreeMap;

/** A set of blocks, kept as runs. Not thread-safe. */
final class BlockRuns {
  /** First block → the one behind the last; they neither touch nor overlap. */
  private final TreeMap<Long, Long> runs = new TreeMap<>();

  void add(long first, long count) {
    long from = first;
    long to = first + count;
    Map.Entry<Long, Long> before = runs.floorEntry(to);
    while (before != null && before.getValue() >= from) {
      from = Math.min(from, before.getKey());
      to = Math.max(to, before.getValue());
      runs.remove(before.getKey());
      before = runs.floorEntry(to);
    }
    runs.put(from, to);
  }

  void remove(long first, long count) {
    long end = first + count;
    Map.Entry<Long, Long> run = runs.lowerEntry(end);
    while (run != null && run.getValue() > first) {
      runs.remove(run.getKey());
      if (run.getKey() < first) {
        runs.put(run.getKey(), first);
      }
      if (run.getValue() > end) {
        runs.put(end, run.getValue());
      }
      run = runs.lowerEntry(end);
    }
  }

  /** The first block from one on that is not in the set. */
  long nextOutside(long block) {
    Map.Entry<Long, Long> run = runs.floorEntry(block);
    return run != null && run.getValue() > block ? run.getValue() : block;
  }

  /** The first block from one on that is in the set; {@link Long#MAX_VALUE} when there is none. */
  long nextInside(long block) {
    if (nextOutside(block) != block) {
      return block;
    }
    Long next = runs.ceilingKey(block);
    return next == null ? Long.MAX_VALUE : next;
  }

  boolean isEmpty() {
    return runs.isEmpty();
  }

  void clear() {
    runs.clear();
  }

  long count() {
    long count = 0;
    for (Map.Entry<Long, Long> each : runs.entrySet()) {
      count += each.getValue() - each.getKey();
    }
    return count;
  }

  @Override
  public String toString() {
    return runs.toString();
  }
}
