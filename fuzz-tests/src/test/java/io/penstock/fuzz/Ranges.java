package io.penstock.fuzz;

import java.util.TreeMap;

/** A set of bytes of a device, as ranges. Thread-safe. */
final class Ranges {
  private final TreeMap<Long, Long> ends = new TreeMap<>();

  synchronized void add(long from, long to) {
    long begin = from;
    long end = to;
    for (var each = ends.floorEntry(end);
        each != null && each.getValue() >= begin;
        each = ends.floorEntry(end)) {
      begin = Math.min(begin, each.getKey());
      end = Math.max(end, each.getValue());
      ends.remove(each.getKey());
    }
    ends.put(begin, end);
  }

  synchronized boolean contains(long from, long to) {
    var range = ends.floorEntry(from);
    return range != null && range.getValue() >= to;
  }

  @Override
  public synchronized String toString() {
    return ends.toString();
  }
}
