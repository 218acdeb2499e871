package io.penstock.testkit.fuzz;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run has seen of one target that did all it must.
 *
 * @param target its name
 * @param executions inputs tried
 * @param seconds it took
 * @param outcomes kinds of outcome, refusals among them
 * @param refusals how often which exception refused, by simple name
 */
public record FuzzReport(
    String target, long executions, double seconds, int outcomes, Map<String, Long> refusals) {

  /** Keeps a copy. */
  public FuzzReport {
    refusals = Map.copyOf(new TreeMap<>(refusals));
  }

  /** Inputs refused. */
  public long refused() {
    return refusals.values().stream().mapToLong(Long::longValue).sum();
  }

  /** As one line, for people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            java.util.Locale.ROOT,
            "%-22s %9d executions %9.0f/s %5d outcomes",
            target,
            executions,
            executions / Math.max(seconds, 1e-9),
            outcomes));
    text.append(", refused ").append(refused());
    refusals.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .forEach(
            each -> text.append(' ').append(each.getKey()).append('=').append(each.getValue()));
    return text.toString();
  }
}
