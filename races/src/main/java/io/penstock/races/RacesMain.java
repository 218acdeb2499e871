package io.penstock.races;

import io.penstock.testkit.Figures;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Runs the races of the class path and says what was seen; for {@code build/prove-races}, which
 * gives the options and the directory.
 *
 * <p>Exit status: 0 when all is well; {@link #FORBIDDEN} when an outcome was seen that must not be;
 * {@link #NOT_SHOWN} when a race was not run, failed to run, or its threads never met.
 */
public final class RacesMain {
  /** Exit status: something was seen that must not be. */
  static final int FORBIDDEN = 3;

  /** Exit status: nothing was shown. */
  static final int NOT_SHOWN = 1;

  /** Seconds that jcstress takes to look at the machine, and to start a race's virtual machine. */
  private static final double PROBING = 10;

  private static final double STARTING = 1.5;

  private static final int LEAST_MILLIS = 250;

  /** From this budget on every setting of the virtual machine is tried: so many there are. */
  private static final int THOROUGH_SECONDS = 1200;

  private static final int SETTINGS = 6;

  private double budget = 120;
  private Pattern tests = Pattern.compile("");
  private @Nullable Path figures;
  private boolean here;

  private RacesMain() {}

  /** The command. */
  public static void main(String[] args) throws Exception {
    System.exit(new RacesMain().parse(args).run(System.out));
  }

  private RacesMain parse(String[] args) {
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--here" -> here = true;
        case "--budget" -> budget = Double.parseDouble(args[++i]);
        case "--tests" -> tests = Pattern.compile(args[++i]);
        case "--figures" -> figures = Path.of(args[++i]);
        default -> throw new IllegalArgumentException("unknown option " + args[i]);
      }
    }
    return this;
  }

  private int run(PrintStream out) throws Exception {
    List<Race> races =
        TestList.tests().stream()
            .filter(name -> tests.matcher(name).find())
            .sorted()
            .map(name -> new Race(TestList.getInfo(name)))
            .toList();
    if (races.isEmpty()) {
      out.println("no race is called " + tests);
      return NOT_SHOWN;
    }
    int millis = millisEach(races.size());
    out.printf(Locale.ROOT, "%d races, %d ms each%n", races.size(), millis);
    stress(races, millis, out);
    List<Race> unmet = races.stream().filter(race -> !here && isUnmet(race)).toList();
    if (!unmet.isEmpty()) {
      unmet.forEach(
          race -> out.println(race.shortName() + " again for longer; not seen: " + race.missing()));
      stress(unmet, 5 * millis, out);
    }
    races.forEach(race -> print(race, out));
    Figures counted = count(races);
    if (figures != null) {
      counted.write(figures);
    }
    return judge(races, out);
  }

  private static boolean isUnmet(Race race) {
    return race.forbidden().isEmpty() && race.errors().isEmpty() && !race.missing().isEmpty();
  }

  private int millisEach(int races) {
    boolean thorough = budget >= THOROUGH_SECONDS;
    double seconds =
        here ? budget / races : (budget - PROBING) / races / (thorough ? SETTINGS : 1) - STARTING;
    return Math.max(LEAST_MILLIS, (int) (1000 * seconds));
  }

  private void stress(List<Race> races, int millis, PrintStream out) throws Exception {
    Collection<TestResult> results = new ArrayList<>();
    if (here) {
      for (Race race : races) {
        untilForbidden(race, millis);
      }
    } else {
      try (PrintStream log =
          new PrintStream(
              new FileOutputStream("jcstress.log", true), false, StandardCharsets.UTF_8)) {
        System.setOut(log);
        results.addAll(StressRun.forked(races, millis, budget >= THOROUGH_SECONDS));
      } finally {
        System.setOut(out);
      }
    }
    races.forEach(race -> race.add(results));
  }

  /** For a broken copy: slice after slice of the time, no more than needed. */
  private static void untilForbidden(Race race, int millis) throws ReflectiveOperationException {
    for (int left = millis; left > 0 && race.forbidden().isEmpty(); left -= LEAST_MILLIS) {
      race.add(List.of(StressRun.here(race, LEAST_MILLIS)));
    }
  }

  private static void print(Race race, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%-4s %-28s %,13d samples, %d meetings%n",
        race.isFine() ? "ok" : "FAIL",
        race.shortName(),
        race.samples(),
        race.interestingSeen());
    race.forbidden().forEach(each -> out.println("     forbidden: " + each));
    race.errors().forEach(each -> out.println("     error: " + each));
    race.missing().forEach(each -> out.println("     never seen: " + each));
    if (race.isSkipped()) {
      out.println("     was not run");
    }
  }

  private static Figures count(List<Race> races) {
    return new Figures()
        .put("tests", races.size())
        .put("configurations", races.stream().mapToInt(Race::configurations).sum())
        .put("samples", races.stream().mapToLong(Race::samples).sum())
        .put("forbidden", races.stream().mapToInt(race -> race.forbidden().size()).sum())
        .put("interesting-observed", races.stream().mapToLong(Race::interestingSeen).sum())
        .put("interesting-missing", races.stream().mapToInt(race -> race.missing().size()).sum())
        .put("skipped", races.stream().filter(Race::isSkipped).count());
  }

  private static int judge(List<Race> races, PrintStream out) {
    long failed = races.stream().filter(race -> !race.isFine()).count();
    out.printf(
        Locale.ROOT,
        "races: %d of %d without a forbidden outcome, an error or a meeting not seen; %,d"
            + " samples%n",
        races.size() - failed,
        races.size(),
        races.stream().mapToLong(Race::samples).sum());
    races.stream()
        .filter(race -> !race.isFine())
        .forEach(
            race -> out.println("again: build/prove-races --tests '" + race.shortName() + "$'"));
    if (races.stream().anyMatch(race -> !race.forbidden().isEmpty())) {
      return FORBIDDEN;
    }
    return failed == 0 ? 0 : NOT_SHOWN;
  }
}
