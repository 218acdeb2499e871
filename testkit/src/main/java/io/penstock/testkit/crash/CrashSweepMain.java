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
 * <tr><td>{@code --budget SECONDS}</td><td>no new seed after so long; 60 if not said</td></tr>
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

  private static final String USAGE =
      "usage: build/prove-crashes [--seed N] [--budget SECONDS] [--states N] [--sweep NAME]"
          + " [--figures FILE]";

  private final PrintStream out;
  private final Map<String, Total> totals = new LinkedHashMap<>();
  private long seed = new SplittableRandom().nextLong(1_000_000_000_000L);
  private long seconds = 60;
  private long states = Long.MAX_VALUE;
  private String only = "";
  private @Nullable Path figures;
  private int sabotages;
  private int found;

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
    long start = System.nanoTime();
    out.println("first seed " + seed);
    boolean good = only.isEmpty() ? sabotage() : true;
    int rounds = 0;
    do {
      good &= round(seed + rounds);
      rounds++;
    } while (good && only.isEmpty() && elapsed(start) < seconds);
    table();
    out.printf(
        "%d seeds in %.0f s: %s%n",
        rounds, (System.nanoTime() - start) / 1e9, good ? "nothing was lost" : "FAILED");
    if (figures != null) {
      writeFigures(figures, rounds);
    }
    return good;
  }

  private static long elapsed(long start) {
    return (System.nanoTime() - start) / 1_000_000_000L;
  }

  // --- what is broken ---

  private boolean sabotage() throws Exception {
    CrashOptions options = CrashOptions.DEFAULT.withSeed(SABOTAGE_SEED);
    List<Sabotaged> all = new ArrayList<>(TinyVolumeProof.sabotage(options));
    boolean good = all.stream().allMatch(Sabotaged::isFound);
    for (FileScript script : FileScript.values()) {
      List<Sabotaged> flushes = TinyVolumeProof.withoutEachFlush(script, options);
      List<Sabotaged> broken = flushes.stream().filter(Sabotaged::isBroken).toList();
      good &= !script.needsEveryFlush() || broken.stream().allMatch(Sabotaged::isFound);
      all.addAll(broken);
    }
    out.println("broken on purpose                                     found after states");
    for (Sabotaged each : all) {
      out.printf("  %-50s  %s%n", each.what(), outcome(each));
    }
    sabotages = all.size();
    found = (int) all.stream().filter(Sabotaged::isFound).count();
    out.printf("%d of %d found%s%n%n", found, sabotages, good ? "" : ": NOT ALL THAT MUST BE");
    return good;
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

  private boolean round(long each) {
    CrashOptions options =
        CrashOptions.DEFAULT
            .withSeed(each)
            .withMaxStates(states)
            .withBudget(Duration.ofSeconds(Math.max(1, seconds)));
    boolean any = false;
    for (CrashSweep sweep : TinyVolumeProof.sweeps()) {
      if (only.isEmpty() || sweep.name().equals(only)) {
        any = true;
        if (!one(sweep, options)) {
          return false;
        }
      }
    }
    if (!any) {
      out.println("no sweep is named " + only);
    }
    return any;
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
        .write(file);
  }
}
