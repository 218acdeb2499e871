package io.penstock.failures;

import io.penstock.testkit.Figures;
import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Brings failures about, one kind after the other, and tells what it has seen.
 *
 * <table>
 * <caption>Arguments</caption>
 * <tr><td>{@code --only NAME}</td><td>this kind only; may be said several times</td></tr>
 * <tr><td>{@code --seed N}</td><td>determines the random choices; a random one if not said</td></tr>
 * <tr><td>{@code --budget SECONDS}</td><td>how long all of it is to take, 300 if not said; every way is
 *     tried once, and fifty processes are killed, however short</td></tr>
 * <tr><td>{@code --dir PATH}</td><td>where files are made, on a disk</td></tr>
 * <tr><td>{@code --figures FILE}</td><td>what was counted, as lines {@code name=value}</td></tr>
 * <tr><td>{@code --list}</td><td>the kinds there are</td></tr>
 * </table>
 *
 * The exit code is 1 when a promise was broken, or, with {@code CI=true} in the environment, when
 * something had to be skipped; 2 when the arguments are wrong.
 */
public final class FailuresMain {
  private static final List<Scenario> ALL =
      List.of(
          new KillScenario(),
          new PowerScenario(),
          new FullDiskScenario(),
          new CutDeviceScenario(),
          new TruncatedScenario(),
          new InterruptsScenario(),
          new TornScenario(),
          new DescriptorsScenario(),
          new ExitScenario(),
          new QueuedScenario());

  private final PrintStream out;
  private final Figures figures = new Figures();
  private List<Scenario> chosen = ALL;
  private long seed = new SplittableRandom().nextLong(1_000_000_000_000L);
  private double budget = 300;
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));
  private @Nullable Path figuresFile;
  private boolean lists;

  private FailuresMain(String[] arguments, PrintStream out) {
    this.out = out;
    List<Scenario> only = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("--list")) {
        lists = true;
      } else {
        option(arguments[i], ++i < arguments.length ? arguments[i] : "", only);
      }
    }
    if (!only.isEmpty()) {
      chosen = only;
    }
  }

  private void option(String name, String value, List<Scenario> only) {
    switch (name) {
      case "--only" -> only.add(named(value));
      case "--seed" -> seed = Long.parseLong(value);
      case "--budget" -> budget = Double.parseDouble(value);
      case "--dir" -> directory = Path.of(value);
      case "--figures" -> figuresFile = Path.of(value);
      default -> throw new IllegalArgumentException("unknown argument " + name);
    }
  }

  private static Scenario named(String name) {
    for (Scenario each : ALL) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "'"
            + name
            + "' is none of "
            + ALL.stream().map(Scenario::name).collect(Collectors.joining(", ")));
  }

  /** Runs; see the class. */
  public static void main(String[] arguments) throws IOException {
    FailuresMain main;
    try {
      main = new FailuresMain(arguments, System.out);
    } catch (IllegalArgumentException wrong) {
      System.out.println(wrong.getMessage());
      System.exit(2);
      return;
    }
    System.exit(main.run() ? 0 : 1);
  }

  private boolean run() throws IOException {
    if (lists) {
      chosen.forEach(each -> out.printf("%-14s %s%n", each.name(), each.does()));
      return true;
    }
    out.println("seed " + seed + ", engines " + String.join(", ", Trial.engines()));
    int weights = chosen.stream().mapToInt(Scenario::weight).sum();
    boolean good = true;
    int done = 0;
    int skipped = 0;
    long begun = System.nanoTime();
    for (Scenario each : chosen) {
      try {
        one(each, budget * each.weight() / weights);
        done++;
      } catch (Skipped missing) {
        skipped++;
        out.println(each.name() + ": skipped: " + missing.getMessage());
        good &= !"true".equals(System.getenv("CI"));
      } catch (Exception | AssertionError broken) {
        tell(each, broken);
        good = false;
      }
    }
    figures.put("scenarios", done).put("skipped", skipped);
    out.printf(
        Locale.ROOT,
        "%d scenarios, %d skipped, %.1f s%s%n",
        done,
        skipped,
        (System.nanoTime() - begun) / 1e9,
        good ? "" : ": FAILED");
    if (figuresFile != null && good) {
      figures.write(figuresFile);
    }
    return good;
  }

  private void one(Scenario scenario, double seconds) throws Exception {
    Path own = Files.createTempDirectory(directory, "penstock-" + scenario.name());
    long begun = System.nanoTime();
    Trial trial = new Trial(own, Pattern.mix(seed ^ scenario.name().hashCode()), seconds);
    try {
      scenario.run(trial);
    } finally {
      remove(own);
    }
    double took = (System.nanoTime() - begun) / 1e9;
    out.printf(Locale.ROOT, "%s: %s%n", scenario.name(), scenario.does());
    for (Map.Entry<String, Long> each : trial.counts().entrySet()) {
      out.printf("  %,15d %s%n", each.getValue(), each.getKey());
      figures.put(figure(scenario, each.getKey()), each.getValue());
    }
    out.printf(Locale.ROOT, "  %15.1f s%n", took);
  }

  private static String figure(Scenario scenario, String count) {
    return scenario.name() + '.' + count.toLowerCase(Locale.ROOT).replace(' ', '-');
  }

  private void tell(Scenario scenario, Throwable broken) {
    out.println(scenario.name() + ": FAILED: " + broken.getMessage());
    broken.printStackTrace(out);
    out.println("again with: build/prove-failures --only " + scenario.name() + " --seed " + seed);
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
