package io.penstock.engine.mutants;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Judges the report of a mutation run; the second half of {@code build/prove-mutants}.
 *
 * <p>Options: {@code --report mutations.xml --sources DIR --reviewed FILE --tests N} and, if
 * wanted, {@code --earlier FILE --threshold PERCENT --page FILE --figures FILE}. The run is judged;
 * with an {@linkplain EarlierPage earlier page} together with what that has of other classes.
 */
public final class MutantsMain {
  private MutantsMain() {}

  /** Fails when the tests are not good enough, and says why. */
  public static void main(String[] args) throws IOException {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      options.put(args[i], args[i + 1]);
    }
    long tests = Long.parseLong(options.get("--tests"));
    Path sources = Path.of(options.get("--sources"));
    ReviewedMutants reviewed =
        ReviewedMutants.parse(Files.readAllLines(Path.of(options.get("--reviewed")), UTF_8));
    MutationTally run =
        new MutationTally(MutationReport.read(Path.of(options.get("--report")), sources), reviewed);
    MutationTally all = run;
    if (options.containsKey("--earlier")) {
      List<String> page = Files.readAllLines(Path.of(options.get("--earlier")), UTF_8);
      all = new MutationTally(EarlierPage.with(run.all(), page, sources), reviewed);
    }
    double threshold = Double.parseDouble(options.getOrDefault("--threshold", "0"));
    List<String> complaints = new MutationVerdict(run, all, tests, threshold).complaints();
    if (options.containsKey("--page")) {
      Files.writeString(Path.of(options.get("--page")), MutationPage.of(all), UTF_8);
    }
    if (options.containsKey("--figures")) {
      Files.write(Path.of(options.get("--figures")), figures(all, tests), UTF_8);
    }
    complaints.forEach(complaint -> System.out.println("mutants: " + complaint));
    System.out.printf(
        "mutants: %s; %d of the killed by a hang, %d tests%n", counts(run), run.timedOut(), tests);
    if (all != run) {
      System.out.println("mutants: with those of the page " + counts(all));
    }
    if (!complaints.isEmpty()) {
      System.exit(1);
    }
  }

  private static String counts(MutationTally tally) {
    return String.format(
        Locale.ROOT,
        "%d in %d classes, %d killed (%.1f %%), %d survived",
        tally.mutants(),
        tally.byClass().size(),
        tally.killed(),
        tally.killedPercent(),
        tally.survived());
  }

  private static List<String> figures(MutationTally tally, long tests) {
    return List.of(
        "mutants=" + tally.mutants(),
        "killed=" + tally.killed(),
        "survived=" + tally.survived(),
        String.format(Locale.ROOT, "killed-percent=%.1f", tally.killedPercent()),
        "equivalent=" + tally.survived("equivalent"),
        "classes=" + tally.byClass().size(),
        "tests=" + tests);
  }
}
