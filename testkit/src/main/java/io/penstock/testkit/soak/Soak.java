package io.penstock.testkit.soak;

import io.penstock.testkit.Divergence;
import io.penstock.testkit.simulation.FaultKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs workloads in turn, each run from the next seed, until it is told to stop or something
 * diverges; then looks for the smallest case that still does. Not thread-safe.
 */
public final class Soak {
  private static final int SHRINKS = 60;

  private final List<Workload> workloads;
  private final Set<FaultKind> faults;
  private final long seed;
  private final Coverage coverage = new Coverage();
  private final Map<String, Long> operations = new LinkedHashMap<>();
  private long runs;
  private @Nullable Failure failure;

  /**
   * What diverged.
   *
   * @param found the case in which it was found
   * @param smallest the smallest case found that diverges
   * @param divergence of the smallest
   */
  public record Failure(SoakCase found, SoakCase smallest, Divergence divergence) {}

  /** Nothing is run yet. */
  public Soak(List<Workload> workloads, Set<FaultKind> faults, long seed) {
    this.workloads = List.copyOf(workloads);
    this.faults = Set.copyOf(faults);
    this.seed = seed;
    workloads.forEach(each -> operations.put(each.name(), 0L));
  }

  /**
   * Runs.
   *
   * @param most operations in all, at most; the last run is cut short
   * @param goesOn asked before every run
   * @return whether all was as it must be
   */
  public boolean run(long most, BooleanSupplier goesOn) {
    while (failure == null && operations() < most && goesOn.getAsBoolean()) {
      Workload workload = workloads.get((int) (runs % workloads.size()));
      int count = (int) Math.min(workload.operationsPerRun(), most - operations());
      SoakCase one = new SoakCase(workload.name(), seed + runs, count, faults);
      Divergence divergence = divergence(workload, one, coverage);
      runs++;
      operations.merge(workload.name(), (long) count, Long::sum);
      if (divergence != null) {
        failure = shrink(workload, one, divergence);
      }
    }
    return failure == null;
  }

  private static @Nullable Divergence divergence(
      Workload workload, SoakCase one, Coverage coverage) {
    try {
      workload.run(one, coverage);
      return null;
    } catch (Divergence divergence) {
      return divergence;
    } catch (AssertionError | RuntimeException thrown) {
      return new Divergence("threw " + thrown + " in: " + one.options(), thrown);
    }
  }

  /**
   * Halves the operations, takes some away, and leaves out faults, as long as it still diverges.
   */
  private static Failure shrink(Workload workload, SoakCase found, Divergence divergence) {
    SoakCase smallest = found;
    Divergence told = divergence;
    int tries = 0;
    boolean smaller = true;
    while (smaller && tries < SHRINKS) {
      smaller = false;
      for (SoakCase each : smallerThan(smallest)) {
        if (tries++ >= SHRINKS) {
          break;
        }
        Divergence again = divergence(workload, each, new Coverage());
        if (again != null) {
          smallest = each;
          told = again;
          smaller = true;
          break;
        }
      }
    }
    return new Failure(found, smallest, told);
  }

  private static List<SoakCase> smallerThan(SoakCase one) {
    List<SoakCase> all = new ArrayList<>();
    int count = one.operations();
    for (int cut = count / 2; cut > 0; cut /= 2) {
      all.add(one.withOperations(count - cut));
      if (count - cut > 3 * count / 4 && all.size() >= 5) {
        break;
      }
    }
    one.faults().forEach(kind -> all.add(one.without(kind)));
    return all;
  }

  // --- what came of it ---

  /** What diverged, or null. */
  public @Nullable Failure failure() {
    return failure;
  }

  /** Runs done. */
  public long runs() {
    return runs;
  }

  /** Operations done, of all workloads. */
  public long operations() {
    return operations.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Operations done, by workload. */
  public Map<String, Long> operationsByWorkload() {
    return Map.copyOf(operations);
  }

  /** What was checked. */
  public Coverage coverage() {
    return coverage;
  }

  /** The rules that these workloads check. */
  public List<String> rules() {
    Set<String> all = new LinkedHashSet<>();
    workloads.forEach(each -> all.addAll(each.rules()));
    return all.stream().sorted(Soak::byFamily).toList();
  }

  private static int byFamily(String one, String other) {
    int order = one.replaceAll("-.*", "").compareTo(other.replaceAll("-.*", ""));
    int number = Integer.parseInt(one.replaceAll(".*-", ""));
    return order != 0 ? order : number - Integer.parseInt(other.replaceAll(".*-", ""));
  }

  /** Why a cell stays empty for all of these workloads; empty when it must not. */
  public Optional<String> unreachable(FaultKind kind, String rule) {
    if (!faults.contains(kind)) {
      return Optional.of("this kind of fault is not wanted");
    }
    String why = "no workload";
    for (Workload each : workloads) {
      if (each.rules().contains(rule)) {
        Optional<String> reason = each.unreachable(kind, rule, faults);
        if (reason.isEmpty()) {
          return Optional.empty();
        }
        why = reason.get();
      }
    }
    return Optional.of(why);
  }

  /** Cells that should have been reached and were not: {@code "fault kind x rule"}. */
  public List<String> emptyCells() {
    List<String> empty = new ArrayList<>();
    for (FaultKind kind : FaultKind.values()) {
      for (String rule : rules()) {
        if (coverage.cell(kind, rule) == 0 && unreachable(kind, rule).isEmpty()) {
          empty.add(kind.word() + " x " + rule);
        }
      }
    }
    return empty;
  }
}
