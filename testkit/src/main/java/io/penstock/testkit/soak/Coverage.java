package io.penstock.testkit.soak;

import io.penstock.testkit.simulation.FaultKind;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often each rule was checked while faults of each kind were in play: while they struck between
 * the beginning of the oldest operation in flight, or since power was there, and the check. Not
 * thread-safe.
 */
public final class Coverage {
  private final Map<String, long[]> cells = new LinkedHashMap<>();
  private final Map<String, Long> checks = new LinkedHashMap<>();
  private final long[] hits = new long[FaultKind.values().length];

  /** Nothing yet. */
  public Coverage() {}

  /** A rule was checked; {@code before} and {@code now} are the hits of each kind of fault. */
  void checked(String rule, long[] before, long[] now) {
    checks.merge(rule, 1L, Long::sum);
    long[] row = cells.computeIfAbsent(rule, absent -> new long[hits.length]);
    for (int i = 0; i < row.length; i++) {
      row[i] += now[i] > before[i] ? 1 : 0;
    }
  }

  /** So many faults of each kind have struck in a run. */
  void struck(long[] more) {
    for (int i = 0; i < hits.length; i++) {
      hits[i] += more[i];
    }
  }

  /** How often a rule was checked while a kind of fault was in play. */
  public long cell(FaultKind kind, String rule) {
    long[] row = cells.get(rule);
    return row == null ? 0 : row[kind.ordinal()];
  }

  /** How often a rule was checked, faults or not. */
  public long checks(String rule) {
    return checks.getOrDefault(rule, 0L);
  }

  /** How often all rules were checked. */
  public long checks() {
    return checks.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How often a kind has struck. */
  public long hits(FaultKind kind) {
    return hits[kind.ordinal()];
  }
}
