package io.penstock.engine.mutants;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a mutation run says about the tests. */
final class MutationVerdict {
  private final List<Mutant> mutants;
  private final ReviewedMutants reviewed;
  private final List<String> complaints = new ArrayList<>();

  /**
   * Judges the run.
   *
   * @param tests how many tests were run on the engine as it is
   * @param threshold percent of all mutants that must be killed; 0 for a sample, whose classes may
   *     be better or worse than the whole
   */
  MutationVerdict(List<Mutant> mutants, ReviewedMutants reviewed, long tests, double threshold) {
    this.mutants =
        mutants.stream().filter(each -> each.status() != Mutant.Status.NON_VIABLE).toList();
    this.reviewed = reviewed;
    if (tests < 1) {
      complaints.add("no test was run: is it the right JVM, and are the tests on the class path?");
    }
    if (this.mutants.isEmpty()) {
      complaints.add("there was nothing to change: are the classes where they are looked for?");
    }
    for (Mutant mutant : this.mutants) {
      judge(mutant);
    }
    if (killedPercent() < threshold) {
      complaints.add(
          "%.1f %% of the mutants were killed, %.1f %% are required"
              .formatted(killedPercent(), threshold));
    }
    complainOfForgotten();
  }

  private void judge(Mutant mutant) {
    if (mutant.status().survived() && reviewed.reason(mutant) == null) {
      complaints.add(
          (mutant.status() == Mutant.Status.NO_COVERAGE ? "not reached: " : "survived: ")
              + mutant.key());
    } else if (!mutant.status().survived() && !mutant.status().killed()) {
      complaints.add("not decided (" + mutant.status() + "): " + mutant.key());
    }
  }

  /** What is listed, of the classes that were looked at, but is not there any more. */
  private void complainOfForgotten() {
    Set<String> classes =
        mutants.stream().map(Mutant::className).collect(Collectors.toCollection(TreeSet::new));
    Set<String> there =
        mutants.stream().map(Mutant::key).collect(Collectors.toCollection(TreeSet::new));
    for (String key : reviewed.keys()) {
      if (classes.contains(key.substring(0, key.indexOf('#'))) && !there.contains(key)) {
        complaints.add("listed as reviewed, but there is no such mutant: " + key);
      }
    }
  }

  /** What is wrong, one line each; empty when the tests are good enough. */
  List<String> complaints() {
    return complaints;
  }

  /** The mutants by class, as they are sorted. */
  Map<String, List<Mutant>> byClass() {
    return mutants.stream()
        .collect(Collectors.groupingBy(Mutant::className, LinkedHashMap::new, Collectors.toList()));
  }

  /** The reason why this survivor may live. */
  String reason(Mutant mutant) {
    return Objects.requireNonNullElse(reviewed.reason(mutant), "**not reviewed**");
  }

  long mutants() {
    return mutants.size();
  }

  long killed() {
    return count(each -> each.status().killed());
  }

  /** Of the killed ones, those that made a test hang. */
  long timedOut() {
    return count(each -> each.status() == Mutant.Status.TIMED_OUT);
  }

  long survived() {
    return count(each -> each.status().survived());
  }

  /** Survivors whose reason is of this kind. */
  long survived(String kind) {
    return count(each -> each.status().survived() && reason(each).startsWith(kind + ":"));
  }

  private long count(Predicate<Mutant> which) {
    return mutants.stream().filter(which).count();
  }

  /** Of all mutants, those that nobody can notice included. */
  double killedPercent() {
    return percent(killed(), mutants());
  }

  static double percent(long part, long whole) {
    return whole == 0 ? 0 : 100.0 * part / whole;
  }
}
