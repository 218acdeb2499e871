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
 * wanted, {@code --kept FILE --threshold PERCENT --page FILE --figures FILE}. The run is judged,
 * or, for a page, all that is {@linkplain KeptMutants kept}.
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
    List<Mutant> run =
        MutationReport.read(Path.of(options.get("--report")), Path.of(options.get("--sources")));
    List<Mutant> all =
        options.containsKey("--kept")
            ? KeptMutants.replace(Path.of(options.get("--kept")), run)
            : run;
    MutationVerdict verdict =
        new MutationVerdict(
            options.containsKey("--page") ? all : run,
            ReviewedMutants.parse(Files.readAllLines(Path.of(options.get("--reviewed")), UTF_8)),
            tests,
            Double.parseDouble(options.getOrDefault("--threshold", "0")));
    if (options.containsKey("--page")) {
      Files.writeString(Path.of(options.get("--page")), MutationPage.of(verdict), UTF_8);
    }
    if (options.containsKey("--figures")) {
      Files.write(Path.of(options.get("--figures")), figures(verdict, tests), UTF_8);
    }
    verdict.complaints().forEach(complaint -> System.out.println("mutants: " + complaint));
    System.out.printf(
        Locale.ROOT,
        "mutants: %d in %d classes, %d killed (%.1f %%; %d of them by a hang), %d survived, %d"
            + " tests%n",
        verdict.mutants(),
        verdict.byClass().size(),
        verdict.killed(),
        verdict.killedPercent(),
        verdict.timedOut(),
        verdict.survived(),
        tests);
    if (!verdict.complaints().isEmpty()) {
      System.exit(1);
    }
  }

  private static List<String> figures(MutationVerdict verdict, long tests) {
    return List.of(
        "mutants=" + verdict.mutants(),
        "killed=" + verdict.killed(),
        "survived=" + verdict.survived(),
        String.format(Locale.ROOT, "killed-percent=%.1f", verdict.killedPercent()),
        "equivalent=" + verdict.survived("equivalent"),
        "classes=" + verdict.byClass().size(),
        "tests=" + tests);
  }
}
