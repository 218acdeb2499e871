package io.penstock.testkit.sweep;

import io.penstock.testkit.Divergence;
import io.penstock.testkit.Figures;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Sweeps the standard workloads.
 *
 * <table>
 * <caption>Arguments</caption>
 * <tr><td>{@code --pairs MAX}</td><td>every two calls of workloads with so many at most; 60 if not
 * said, 0 for none</td></tr>
 * <tr><td>{@code --seed N}</td><td>what each of two failing calls leaves behind; random if not
 * said</td></tr>
 * <tr><td>{@code --budget SECONDS}</td><td>begins no run after so long, and fails if that left
 * something out</td></tr>
 * <tr><td>{@code --figures FILE}</td><td>writes what was counted</td></tr>
 * <tr><td>{@code --keep-going}</td><td>goes on with the next workload after a failure</td></tr>
 * <tr><td>{@code --workload NAME}</td><td>only this one</td></tr>
 * <tr><td>{@code --delivery NAME}</td><td>only this one</td></tr>
 * <tr><td>{@code --fault FAULT}</td><td>runs once, with this call failing; can be given several
 * times</td></tr>
 * </table>
 *
 * The exit code is 1 when something is not as it has to be, 2 when the arguments are wrong.
 */
public final class FaultSweepMain {
  private final PrintStream out;
  private final List<SweepFault> faults = new ArrayList<>();
  private final List<Workload> workloads = new ArrayList<>(StandardWorkloads.all());
  private final List<Delivery> deliveries = new ArrayList<>(List.of(Delivery.values()));
  private final Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
  private long seed = new SplittableRandom().nextLong(1_000_000_000_000L);
  private long mostForPairs = 60;
  private long budget = Integer.MAX_VALUE;
  private String figures = "";
  private boolean repeats;
  private boolean keepGoing;
  private long points;
  private long singles;
  private long pairs;
  private long requests;

  private FaultSweepMain(String[] arguments, PrintStream out) {
    this.out = out;
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("--keep-going")) {
        keepGoing = true;
      } else {
        argument(arguments[i], ++i < arguments.length ? arguments[i] : "");
      }
    }
    if (workloads.isEmpty()) {
      throw new IllegalArgumentException("no such workload; there are " + names());
    }
  }

  private void argument(String name, String value) {
    switch (name) {
      case "--pairs" -> mostForPairs = Long.parseLong(value);
      case "--seed" -> seed = Long.parseLong(value);
      case "--budget" -> budget = Long.parseLong(value);
      case "--figures" -> figures = value;
      case "--workload" -> workloads.removeIf(each -> !each.name().equals(value));
      case "--delivery" -> {
        deliveries.clear();
        deliveries.add(Delivery.valueOf(value.toUpperCase(Locale.ROOT)));
      }
      case "--fault" -> {
        repeats = true;
        faults.add(SweepFault.parse(value));
      }
      default -> throw new IllegalArgumentException("unknown argument " + name);
    }
  }

  private static List<String> names() {
    return StandardWorkloads.all().stream().map(Workload::name).toList();
  }

  /** Runs; see the class. */
  public static void main(String[] arguments) throws IOException {
    FaultSweepMain main;
    try {
      main = new FaultSweepMain(arguments, System.out);
    } catch (IllegalArgumentException wrong) {
      System.out.println(wrong.getMessage());
      System.exit(2);
      return;
    }
    System.exit(main.run() ? 0 : 1);
  }

  private boolean run() throws IOException {
    long start = System.nanoTime();
    out.println("seed " + seed);
    boolean whole = true;
    boolean passed = true;
    for (Workload workload : workloads) {
      for (Delivery delivery : deliveries) {
        long left = budget - (System.nanoTime() - start) / 1_000_000_000L;
        try (FaultSweep sweep = new FaultSweep(workload, delivery)) {
          boolean good = sweep(sweep.seed(seed).budget(left), workload, delivery);
          if (!good && !keepGoing) {
            return false;
          }
          passed &= good;
          whole &= !sweep.isCutShort();
        }
      }
    }
    if (repeats) {
      out.println(passed ? "as it has to be" : "not as it has to be");
      return passed;
    }
    total(start);
    if (!whole) {
      out.println("the budget of " + budget + " s ended it before everything was swept");
    }
    return whole && passed;
  }

  private boolean sweep(FaultSweep sweep, Workload workload, Delivery delivery) {
    try {
      if (repeats) {
        sweep.repeat(faults);
        return true;
      }
      sweep.clean().singles();
      if (sweep.points() <= mostForPairs) {
        sweep.pairs();
      }
    } catch (Divergence divergence) {
      tell(divergence, sweep, workload, delivery);
      return false;
    }
    out.printf(
        "%-26s %-9s %4d points %5d single runs %6d pair runs%n",
        workload.name(), delivery, sweep.points(), sweep.singleRuns(), sweep.pairRuns());
    points += sweep.points();
    singles += sweep.singleRuns();
    pairs += sweep.pairRuns();
    requests += sweep.requests();
    kinds.addAll(sweep.kinds());
    return true;
  }

  private void tell(Divergence divergence, FaultSweep sweep, Workload workload, Delivery delivery) {
    out.println(divergence.getMessage());
    for (Throwable each = divergence.getCause(); each != null; each = each.getCause()) {
      out.println("caused by " + each);
      for (StackTraceElement frame : each.getStackTrace()) {
        out.println("    at " + frame);
      }
    }
    StringBuilder command = new StringBuilder("repeat with: build/prove-faults --workload ");
    command.append(workload.name()).append(" --delivery ").append(delivery);
    for (SweepFault each : sweep.lastFaults()) {
      command.append(" --fault ").append(each);
    }
    out.println(command);
  }

  private void total(long start) throws IOException {
    out.printf(
        "%d workloads %d ways: %d points, %d single runs, %d pair runs, %d requests, kinds %s,"
            + " in %.1f s%n",
        workloads.size(),
        deliveries.size(),
        points,
        singles,
        pairs,
        requests,
        kinds,
        (System.nanoTime() - start) / 1e9);
    if (!figures.isEmpty()) {
      new Figures()
          .put("faults.workloads", workloads.size())
          .put("faults.deliveries", deliveries.size())
          .put("faults.points", points)
          .put("faults.single-runs", singles)
          .put("faults.pair-runs", pairs)
          .put("faults.kinds", kinds.size())
          .put("faults.requests", requests)
          .put("faults.seed", seed)
          .write(Path.of(figures));
    }
  }
}
