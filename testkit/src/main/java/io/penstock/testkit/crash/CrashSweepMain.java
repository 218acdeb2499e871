package io.penstock.testkit.crash;

import io.penstock.testkit.Divergence;
import io.penstock.testkit.Figures;
import io.penstock.testkit.crash.TinyVolumeProof.Sabotaged;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Breaks one thing after the other and sees that it is found, then crashes what is whole, seed
 * after seed, until the time is over.
 *
 * <table>
 * <caption>Arguments</caption>
 * <tr><td>{@code --seed N}</td><td>the first seed; a random one if not said</td></tr>
 * <tr><td>{@code --budget SECONDS}</td><td>for what is whole, after that; 60 if not said</td></tr>
 * <tr><td>{@code --states N}</td><td>at most so many states of one sweep</td></tr>
 * <tr><td>{@code --sweep NAME}</td><td>only this sweep, only this seed, nothing broken</td></tr>
 * <tr><td>{@code --figures FILE}</td><td>writes what was counted</td></tr>
 * </table>
 *
 * The exit code is 1 when something was lost, or something broken not found; 2 when the arguments
 * are wrong.
 */
public final class CrashSweepMain {
  /** What is broken is always tried from this seed: what must be found is known then. */
  private static final long SABOTAGE_SEED = 1;

  /** Of one sweep, however little time is left. */
  private static final double LEAST_SECONDS = 0.25;

  private static final String USAGE =
      "usage: build/prove-crashes [--seed N] [--budget SECONDS] [--states N] [--sweep NAME]"
          + " [--figures FILE]";

  private final PrintStream out;
  private long start = System.nanoTime();
  private final Map<String, Total> totals = new LinkedHashMap<>();
  private long seed = new SplittableRandom().nextLong(1_000_000_000_000L);
  private long seconds = 60;
  private long states = Long.MAX_VALUE;
  private String only = "";
  private @Nullable Path figures;
  private int sabotages;
  private int found;
  private int required;
  private int requiredFound;

  private CrashSweepMain(String[] arguments, PrintStream out) {
    this.out = out;
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(USAGE);
      }
      set(arguments[i], arguments[i + 1]);
    }
  }

  private void set(String name, String value) {
    switch (name) {
      case "--seed" -> seed = Long.parseLong(value);
      case "--budget" -> seconds = Long.parseLong(value);
      case "--states" -> states = Long.parseLong(value);
      case "--sweep" -> only = value;
      case "--figures" -> figures = Path.of(value);
      default -> throw new IllegalArgumentException("unknown argument " + name + '\n' + USAGE);
    }
  }

  /** Runs; see the class. */
  public static void main(String[] arguments) throws Exception {
    if (List.of(arguments).contains("--help")) {
      System.out.println(USAGE);
      return;
    }
    CrashSweepMain main;
    try {
      main = new CrashSweepMain(arguments, System.out);
    } catch (IllegalArgumentException wrong) {
      System.out.println(wrong.getMessage());
      System.exit(2);
      return;
    }
    System.exit(main.run() ? 0 : 1);
  }

  private boolean run() throws Exception {
    out.println("first seed " + seed);
    boolean good = only.isEmpty() ? sabotage() : true;
    start = System.nanoTime();
    int rounds = 0;
    do {
      good &= round(seed + rounds);
      rounds++;
    } while (good && only.isEmpty() && secondsLeft() > 0);
    table();
    out.printf(
        "%d seeds in %.0f s: %s%n",
        rounds, (System.nanoTime() - start) / 1e9, good ? "nothing was lost" : "FAILED");
    if (figures != null) {
      writeFigures(figures, rounds);
    }
    return good;
  }

  private double secondsLeft() {
    return seconds - (System.nanoTime() - start) / 1e9;
  }

  // --- what is broken ---

  private boolean sabotage() throws Exception {
    CrashOptions options = CrashOptions.DEFAULT.withSeed(SABOTAGE_SEED).withStates(5, 16, 3);
    List<Sabotaged> all = new ArrayList<>(TinyVolumeProof.sabotage(options));
    List<Sabotaged> must = new ArrayList<>(all);
    for (FileScript script : FileScript.values()) {
      List<Sabotaged> broken =
          TinyVolumeProof.withoutEachFlush(script, options).stream()
              .filter(Sabotaged::isBroken)
              .toList();
      all.addAll(broken);
      must.addAll(script.needsEveryFlush() ? broken : List.of());
    }
    out.println("broken on purpose                                     found after states");
    for (Sabotaged each : all) {
      out.printf("  %-50s  %s%n", each.what(), outcome(each));
    }
    sabotages = all.size();
    found = found(all);
    required = must.size();
    requiredFound = found(must);
    out.printf(
        "%d of %d found, %d of the %d that must be; on the rest no promise was seen to depend%n%n",
        found, sabotages, requiredFound, required);
    return requiredFound == required;
  }

  private static int found(List<Sabotaged> some) {
    return (int) some.stream().filter(Sabotaged::isFound).count();
  }

  private static String outcome(Sabotaged each) {
    CrashFailure failure = each.report().failure();
    if (failure == null) {
      return "not missed in all " + each.report().states() + " states";
    }
    String why = String.valueOf(failure.cause().getMessage()).lines().findFirst().orElse("");
    return failure.states() + "  " + why.substring(0, Math.min(why.length(), 70));
  }

  // --- what is whole ---

  /** What all seeds of one sweep add up to. */
  private static final class Total {
    private long writes;
    private long forced;
    private long flushes;
    private long points;
    private long states;
    private long torn;
    private int window;

    void add(CrashReport report) {
      writes += report.writes();
      forced += report.forcedWrites();
      flushes += report.flushes();
      points += report.crashPoints();
      states += report.states();
      torn += report.tornStates();
      window = Math.max(window, report.longestWindow());
    }

    void add(Total other) {
      writes += other.writes;
      forced += other.forced;
      flushes += other.flushes;
      points += other.points;
      states += other.states;
      torn += other.torn;
      window = Math.max(window, other.window);
    }

    void print(PrintStream out, String name) {
      out.printf(
          "  %-28s %9d %9d %9d %9d %10d %10d %8d%n",
          name, writes, forced, flushes, points, states, torn, window);
    }
  }

  /** The first one is carried out as a whole, each sweep with its share of the time there is. */
  private boolean round(long each) {
    List<CrashSweep> sweeps =
        TinyVolumeProof.sweeps().stream()
            .filter(sweep -> only.isEmpty() || sweep.name().equals(only))
            .toList();
    if (sweeps.isEmpty()) {
      out.println("no sweep is named " + only);
      return false;
    }
    for (int i = 0; i < sweeps.size() && (each == seed || secondsLeft() > 0); i++) {
      double share = Math.max(LEAST_SECONDS, secondsLeft() / (sweeps.size() - i));
      CrashOptions options =
          CrashOptions.DEFAULT
              .withSeed(each)
              .withMaxStates(states)
              .withBudget(Duration.ofNanos((long) (share * 1e9)));
      if (!one(sweeps.get(i), options)) {
        return false;
      }
    }
    return true;
  }

  private boolean one(CrashSweep sweep, CrashOptions options) {
    try {
      totals.computeIfAbsent(sweep.name(), name -> new Total()).add(sweep.run(options));
      return true;
    } catch (Divergence lost) {
      out.println(lost.getMessage());
      for (Throwable each = lost.getCause(); each != null; each = each.getCause()) {
        for (StackTraceElement frame : each.getStackTrace()) {
          out.println("    at " + frame);
        }
      }
      out.println(
          "repeat with: build/prove-crashes --seed " + options.seed() + " --sweep " + sweep.name());
      return false;
    }
  }

  private void table() {
    out.printf(
        "  %-28s %9s %9s %9s %9s %10s %10s %8s%n",
        "sweep", "writes", "FUA", "flushes", "points", "states", "torn", "window");
    totals.forEach((name, total) -> total.print(out, name));
    all().print(out, "all");
  }

  private Total all() {
    Total all = new Total();
    totals.values().forEach(all::add);
    return all;
  }

  private void writeFigures(Path file, int rounds) throws IOException {
    Total all = all();
    new Figures()
        .put("seed", seed)
        .put("seeds", rounds)
        .put("workloads", totals.size())
        .put("writes", all.writes)
        .put("fua-writes", all.forced)
        .put("flushes", all.flushes)
        .put("crash-points", all.points)
        .put("states", all.states)
        .put("torn-states", all.torn)
        .put("longest-window", all.window)
        .put("sabotages", sabotages)
        .put("sabotages-found", found)
        .put("sabotages-required", required)
        .put("sabotages-required-found", requiredFound)
        .write(file);
  }
}
