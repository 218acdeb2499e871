package io.penstock.cli;

import io.penstock.testkit.Figures;
import io.penstock.testkit.simulation.FaultKind;
import io.penstock.testkit.soak.Soak;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a soak did: its operations, and how often each rule was checked under each fault. */
final class SoakReport {
  private final Soak soak;
  private final Set<FaultKind> kinds;
  private final long enough;

  SoakReport(Soak soak, Set<FaultKind> kinds, long enough) {
    this.soak = soak;
    this.kinds = kinds;
    this.enough = enough;
  }

  /** Whether every cell that can be reached was, or it was too short to tell. */
  boolean isComplete() {
    return !isLong() || soak.emptyCells().isEmpty();
  }

  private boolean isLong() {
    return soak.operationsByWorkload().values().stream().allMatch(each -> each >= enough);
  }

  void print(PrintWriter out, double seconds) {
    out.printf(
        "%d operations of %d runs in %.1f s, %.0f operations per second%n",
        soak.operations(), soak.runs(), seconds, soak.operations() / seconds);
    new TreeMap<>(soak.operationsByWorkload())
        .forEach((name, count) -> out.printf("  %-8s %d%n", name, count));
    if (!soak.rules().isEmpty()) {
      table(out);
      verdict(out);
    }
    Soak.Failure failure = soak.failure();
    if (failure != null) {
      out.println("DIVERGED: " + failure.divergence().getMessage());
      out.println("first seen in: " + failure.found().options());
      out.println("repeat with: ./penstock soak " + failure.smallest().options());
    }
  }

  /** Rules across, faults down; a dot where faults and rule cannot meet. */
  private void table(PrintWriter out) {
    List<String> rules = soak.rules();
    out.println("checks of a rule while a fault was in play (· cannot be, or is not wanted):");
    out.printf("  %-16s%9s", "", "struck");
    rules.forEach(rule -> out.printf("%8s", rule));
    out.println();
    for (FaultKind kind : kinds) {
      out.printf("  %-16s%9d", kind.word(), soak.coverage().hits(kind));
      for (String rule : rules) {
        long count = soak.coverage().cell(kind, rule);
        boolean dot = count == 0 && soak.unreachable(kind, rule).isPresent();
        out.printf("%8s", dot ? "·" : Long.toString(count));
      }
      out.println();
    }
    out.printf("  %-25s", "all");
    rules.forEach(rule -> out.printf("%8d", soak.coverage().checks(rule)));
    out.println();
  }

  private void verdict(PrintWriter out) {
    List<String> empty = soak.emptyCells();
    if (empty.isEmpty()) {
      out.println("every cell that can be reached was");
    } else if (isLong()) {
      out.println("NEVER CHECKED: " + String.join(", ", empty));
    } else {
      out.println(
          empty.size()
              + " cells were not reached, which is a failure from "
              + enough
              + " operations of each layout on");
    }
  }

  void fill(Figures figures, double seconds) {
    figures
        .put("soak.operations", soak.operations())
        .put("soak.runs", soak.runs())
        .put("soak.seconds", Math.round(seconds))
        .put("soak.operations-per-second", Math.round(soak.operations() / seconds))
        .put("soak.checks", soak.coverage().checks())
        .put("soak.rules", soak.rules().size())
        .put("soak.fault-kinds", kinds.size())
        .put("soak.faults-struck", kinds.stream().mapToLong(soak.coverage()::hits).sum())
        .put("soak.cells-reached", reached())
        .put("soak.cells-empty", soak.emptyCells().size())
        .put("soak.cells-unreachable", unreachable())
        .put("soak.divergences", soak.failure() == null ? 0 : 1);
    for (Map.Entry<String, Long> each : new TreeMap<>(soak.operationsByWorkload()).entrySet()) {
      figures.put("soak.operations." + each.getKey(), each.getValue());
    }
  }

  private long reached() {
    return soak.rules().stream()
        .mapToLong(
            rule -> kinds.stream().filter(kind -> soak.coverage().cell(kind, rule) > 0).count())
        .sum();
  }

  private long unreachable() {
    return soak.rules().stream()
        .mapToLong(
            rule ->
                kinds.stream()
                    .filter(
                        kind ->
                            soak.coverage().cell(kind, rule) == 0
                                && soak.unreachable(kind, rule).isPresent())
                    .count())
        .sum();
  }
}
