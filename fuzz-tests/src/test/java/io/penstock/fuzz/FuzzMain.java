package io.penstock.fuzz;

import io.penstock.testkit.Figures;
import io.penstock.testkit.fuzz.Fuzz;
import io.penstock.testkit.fuzz.FuzzFailure;
import io.penstock.testkit.fuzz.FuzzReport;
import io.penstock.testkit.fuzz.FuzzTarget;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Feeds all targets, one after the other, each for its share of the time; {@code build/prove-fuzz}
 * has the arguments. The exit code is 1 when a target does not do what it must, 2 when the
 * arguments are wrong.
 */
public final class FuzzMain {
  /** A loaded machine may take a second for what takes a millisecond. */
  private static final Duration HANGS = Duration.ofSeconds(30);

  /** Of each target, whatever the budget: a machine that is busy must not make a proof hollow. */
  private static final long LEAST = 200;

  private final PrintStream out;
  private long seed = new SplittableRandom().nextLong(1_000_000_000_000L);
  private double seconds = 60;
  private Pattern names = Pattern.compile(".*");
  private @Nullable Path figures;
  private byte @Nullable [] input;

  private FuzzMain(String[] arguments, PrintStream out) {
    this.out = out;
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--seed" -> seed = Long.parseLong(value);
        case "--budget" -> seconds = Double.parseDouble(value);
        case "--targets" -> names = Pattern.compile(value);
        case "--figures" -> figures = Path.of(value);
        case "--input" -> input = HexFormat.of().parseHex(value);
        default -> throw new IllegalArgumentException("unknown argument " + arguments[i]);
      }
    }
    if (arguments.length % 2 != 0) {
      throw new IllegalArgumentException(
          "a value is missing, or this one is unknown: " + arguments[arguments.length - 1]);
    }
  }

  /** Runs; see the class. */
  public static void main(String[] arguments) throws IOException {
    FuzzMain main;
    try {
      main = new FuzzMain(arguments, System.out);
    } catch (IllegalArgumentException wrong) {
      System.out.println(wrong.getMessage());
      System.exit(2);
      return;
    }
    System.exit(main.run() ? 0 : 1);
  }

  private boolean run() throws IOException {
    Path scratch = Files.createTempDirectory("penstock-fuzz-");
    try {
      List<FuzzTarget> chosen =
          Targets.all(scratch).stream()
              .filter(each -> names.matcher(each.name()).matches())
              .toList();
      if (chosen.isEmpty()) {
        out.println("no target is called like " + names);
        return false;
      }
      return input == null ? feed(chosen) : repeat(chosen, input);
    } finally {
      delete(scratch);
    }
  }

  private boolean feed(List<FuzzTarget> targets) throws IOException {
    out.println("seed " + seed + ", " + targets.size() + " targets, " + seconds + " s in all");
    Duration share = Duration.ofNanos((long) (seconds * 1e9 / targets.size()));
    List<FuzzReport> reports = new ArrayList<>();
    for (FuzzTarget each : targets) {
      try {
        FuzzReport report =
            Fuzz.of(each).seed(seed).budget(share).atLeast(LEAST).timeLimit(HANGS).run();
        out.println(report);
        reports.add(report);
      } catch (FuzzFailure failure) {
        tell(failure);
        return false;
      }
    }
    summarize(reports);
    return true;
  }

  private void summarize(List<FuzzReport> reports) throws IOException {
    long executions = reports.stream().mapToLong(FuzzReport::executions).sum();
    long outcomes = reports.stream().mapToLong(FuzzReport::outcomes).sum();
    long refused = reports.stream().mapToLong(FuzzReport::refused).sum();
    out.println(
        executions
            + " executions, "
            + outcomes
            + " outcomes, "
            + refused
            + " refused, no hang, no"
            + " crash");
    if (figures != null) {
      new Figures()
          .put("fuzz.seed", seed)
          .put("fuzz.targets", reports.size())
          .put("fuzz.executions", executions)
          .put(
              "fuzz.executions.least",
              reports.stream().mapToLong(FuzzReport::executions).min().orElse(0))
          .put("fuzz.outcomes", outcomes)
          .put("fuzz.refused", refused)
          .put("fuzz.hangs", 0) // with any other number there would be no figures
          .put("fuzz.crashes", 0)
          .write(figures);
    }
  }

  private boolean repeat(List<FuzzTarget> targets, byte[] bytes) {
    for (FuzzTarget each : targets) {
      try {
        out.println(each.name() + ": " + Fuzz.of(each).repeat(bytes));
      } catch (FuzzFailure failure) {
        tell(failure);
        return false;
      }
    }
    return true;
  }

  private void tell(FuzzFailure failure) {
    out.println(failure.getMessage());
    for (Throwable each = failure.getCause(); each != null; each = each.getCause()) {
      out.println(each);
      for (StackTraceElement frame : each.getStackTrace()) {
        out.println("    at " + frame);
      }
    }
    out.println(
        "repeat with: build/prove-fuzz --targets "
            + failure.target()
            + " --input "
            + HexFormat.of().formatHex(failure.input()));
  }

  private static void delete(Path directory) throws IOException {
    try (var below = Files.walk(directory)) {
      for (Path each : below.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
