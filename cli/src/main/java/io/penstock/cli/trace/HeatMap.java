package io.penstock.cli.trace;

/**
 * How many requests ended in each slot of time with which latency, four rows for every factor of
 * ten.
 */
public final class HeatMap {
  /** Rows for a factor of ten. */
  public static final int ROWS_PER_DECADE = 4;

  private static final int DECADES = 7;
  private static final int ROWS = DECADES * ROWS_PER_DECADE;
  private static final double LEAST_NANOS = 1_000;

  private final long[][] counts;
  private int lowest = ROWS;
  private int highest = -1;

  HeatMap(int slots) {
    counts = new long[ROWS][slots];
  }

  void add(int slot, long nanos) {
    int row = rowOf(nanos);
    counts[row][slot]++;
    lowest = Math.min(lowest, row);
    highest = Math.max(highest, row);
  }

  private static int rowOf(long nanos) {
    double rows = Math.log10(Math.max(1, nanos / LEAST_NANOS)) * ROWS_PER_DECADE;
    return Math.min(ROWS - 1, (int) rows);
  }

  /** The lowest row that holds anything; more than {@link #highest} when none does. */
  public int lowest() {
    return lowest;
  }

  /** The highest row that holds anything. */
  public int highest() {
    return highest;
  }

  /** How many are in a row, in a slot. */
  public long count(int row, int slot) {
    return counts[row][slot];
  }

  /** Where a row begins, microseconds; the lowest takes what is shorter too. */
  public static double fromMicros(int row) {
    return LEAST_NANOS / 1e3 * Math.pow(10, (double) row / ROWS_PER_DECADE);
  }

  /** The largest count. */
  public long most() {
    long most = 0;
    for (long[] row : counts) {
      for (long each : row) {
        most = Math.max(most, each);
      }
    }
    return most;
  }
}
