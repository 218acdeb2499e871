package io.penstock.races;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.StateCase;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.TestResult;

/**
 * One race and what was seen of it so far. An outcome that is called interesting is one where the
 * two threads have met: a run that has not seen it has shown nothing. Not thread-safe.
 */
final class Race {
  private final TestInfo info;
  private final Map<String, Long> seen = new TreeMap<>();
  private final List<String> errors = new ArrayList<>();
  private int configurations;

  Race(TestInfo info) {
    this.info = info;
  }

  /** Full name of its class. */
  String name() {
    return info.name();
  }

  /** The class's own name. */
  String shortName() {
    return info.name().substring(info.name().lastIndexOf('.') + 1);
  }

  TestInfo info() {
    return info;
  }

  /** Adds what another run has seen. */
  void add(Collection<TestResult> results) {
    for (TestResult result : results) {
      if (!result.getName().equals(info.name())) {
        continue;
      }
      configurations++;
      for (String state : result.getStateKeys()) {
        seen.merge(state, result.getCount(state), Long::sum);
      }
      if (result.status() != Status.NORMAL) {
        errors.add(result.status().toString());
        errors.addAll(result.getMessages());
        errors.addAll(result.getVmErr());
      }
    }
  }

  /** How often the race was run. */
  long samples() {
    return seen.values().stream().mapToLong(Long::longValue).sum();
  }

  /** In how many ways the race was run: virtual machines and their settings. */
  int configurations() {
    return configurations;
  }

  /** Whether it was not run at all: no processors left for it, or a failure to start. */
  boolean isSkipped() {
    return samples() == 0;
  }

  /** Outcomes that must not be, as "state (count): what it means". */
  List<String> forbidden() {
    return seen.entrySet().stream()
        .filter(each -> caseOf(each.getKey()).expect() == Expect.FORBIDDEN)
        .map(
            each ->
                each.getKey()
                    + " ("
                    + each.getValue()
                    + " of "
                    + samples()
                    + "): "
                    + caseOf(each.getKey()).description())
        .toList();
  }

  /** What went wrong with the run itself. */
  List<String> errors() {
    return List.copyOf(errors);
  }

  /** Meetings of the two threads that were never seen, each by its meaning. */
  List<String> missing() {
    return meetings().filter(each -> !wasSeen(each)).map(StateCase::description).toList();
  }

  /** Different meetings of the two threads that were seen. */
  long interestingSeen() {
    return meetings().filter(this::wasSeen).count();
  }

  private Stream<StateCase> meetings() {
    return info.cases().stream().filter(each -> each.expect() == Expect.ACCEPTABLE_INTERESTING);
  }

  private boolean wasSeen(StateCase meeting) {
    return seen.keySet().stream().anyMatch(state -> caseOf(state) == meeting);
  }

  private StateCase caseOf(String state) {
    return info.cases().stream()
        .filter(each -> each.matchesExactly(state))
        .findFirst()
        .or(() -> info.cases().stream().filter(each -> each.matches(state)).findFirst())
        .orElse(info.unmatched());
  }

  /** Whether nothing is wrong with it. */
  boolean isFine() {
    return !isSkipped() && errors.isEmpty() && forbidden().isEmpty() && missing().isEmpty();
  }
}
