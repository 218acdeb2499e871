package io.penstock.engine.mutants;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Mutants, counted, with the reasons why some of them may survive. */
final class MutationTally {
  private final List<Mutant> mutants;
  private final ReviewedMutants reviewed;

  /** Counts all but those that could not be made into a class. */
  MutationTally(List<Mutant> mutants, ReviewedMutants reviewed) {
    this.mutants =
        mutants.stream().filter(each -> each.status() != Mutant.Status.NON_VIABLE).toList();
    this.reviewed = reviewed;
  }

  List<Mutant> all() {
    return mutants;
  }

  ReviewedMutants reviewed() {
    return reviewed;
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
