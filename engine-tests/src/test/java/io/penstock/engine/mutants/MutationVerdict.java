package io.penstock.engine.mutants;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a mutation run says about the tests. */
final class MutationVerdict {
  private final MutationTally run;
  private final MutationTally all;
  private final List<String> complaints = new ArrayList<>();

  /**
   * Judges the run.
   *
   * @param all the run and what is known of classes that were not in it; or the run
   * @param tests how many tests were run on the engine as it is
   * @param threshold percent of all mutants that must be killed; 0 for a sample, whose classes may
   *     be better or worse than the whole
   */
  MutationVerdict(MutationTally run, MutationTally all, long tests, double threshold) {
    this.run = run;
    this.all = all;
    if (tests < 1) {
      complaints.add("no test was run: is it the right JVM, and are the tests on the class path?");
    }
    if (run.mutants() == 0) {
      complaints.add("there was nothing to change: are the classes where they are looked for?");
    }
    for (Mutant mutant : all.all()) {
      judge(mutant);
    }
    if (all.killedPercent() < threshold) {
      complaints.add(
          "%.1f %% of the mutants were killed, %.1f %% are required"
              .formatted(all.killedPercent(), threshold));
    }
    complainOfForgotten();
  }

  private void judge(Mutant mutant) {
    if (mutant.status().survived() && all.reviewed().reason(mutant) == null) {
      complaints.add(
          (mutant.status() == Mutant.Status.NO_COVERAGE ? "not reached: " : "survived: ")
              + mutant.key());
    } else if (!mutant.status().survived() && !mutant.status().killed()) {
      complaints.add("not decided (" + mutant.status() + "): " + mutant.key());
    }
  }

  /** What is listed, of the classes of the run, but is not there any more. */
  private void complainOfForgotten() {
    Set<String> classes = run.byClass().keySet();
    Set<String> there = run.all().stream().map(Mutant::key).collect(Collectors.toSet());
    for (String key : run.reviewed().keys()) {
      if (classes.contains(key.substring(0, key.indexOf('#'))) && !there.contains(key)) {
        complaints.add("listed as reviewed, but there is no such mutant: " + key);
      }
    }
  }

  /** What is wrong, one line each; empty when the tests are good enough. */
  List<String> complaints() {
    return complaints;
  }
}
