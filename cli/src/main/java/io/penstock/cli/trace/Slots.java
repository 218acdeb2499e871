package io.penstock.cli.trace;

/** A span of time in equal slots, and what happened in each. */
public final class Slots {
  private static final double SECOND = 1e9;

  private final long from;
  private final long width;
  private final double[] values;

  Slots(long from, long width, int count) {
    this.from = from;
    this.width = width;
    values = new double[count];
  }

  int of(long time) {
    return Math.clamp((time - from) / width, 0, values.length - 1);
  }

  void add(long time, double value) {
    values[of(time)] += value;
  }

  /** Adds the nanoseconds of an interval that lie in each slot. */
  void addInterval(long start, long end) {
    int last = of(end);
    for (int i = of(start); i <= last; i++) {
      long slotStart = from + i * width;
      long inside = Math.min(end, slotStart + width) - Math.max(start, slotStart);
      values[i] += Math.max(0, inside);
    }
  }

  /** How many. */
  public int count() {
    return values.length;
  }

  /** What was added in a slot, by second. */
  public double perSecond(int slot) {
    return values[slot] * SECOND / width;
  }

  /** What was added in a slot, by its length: of intervals, how many there were on average. */
  public double perNano(int slot) {
    return values[slot] / width;
  }

  /** Where a slot begins, seconds from the beginning. */
  public double secondsAt(int slot) {
    return slot * width / SECOND;
  }
}
