package io.penstock.engine.mutants;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a {@linkplain MutationPage page} says of the classes that a run has not changed: a whole run
 * takes long, and one of a few classes makes the page anew. Survivors are known one by one; of the
 * killed a page tells only how many they were, so these have a number instead of a name.
 */
final class EarlierPage {
  private static final Pattern CLASS =
      Pattern.compile("\\| (\\S+) \\| (\\d+) \\| (\\d+) \\| \\d+ \\|");
  private static final Pattern SECTION = Pattern.compile("### (\\S+)");
  private static final Pattern SURVIVOR =
      Pattern.compile("- `([^`]+)`, `(.*?)`: (.+?); .*", Pattern.DOTALL);

  private final List<Mutant> mutants = new ArrayList<>();

  private EarlierPage() {}

  /**
   * All mutants: those of the run, and of other classes that are still there those of the page.
   *
   * @param sources the folder that the sources of the changed classes are in
   * @throws IllegalArgumentException when the page contradicts itself
   */
  static List<Mutant> with(List<Mutant> run, List<String> page, Path sources) {
    Set<String> again = run.stream().map(EarlierPage::outermost).collect(Collectors.toSet());
    EarlierPage earlier = new EarlierPage();
    earlier.read(page);
    List<Mutant> all = new ArrayList<>(run);
    for (Mutant each : earlier.mutants) {
      String name = outermost(each);
      if (!again.contains(name) && Files.exists(sources.resolve(MutationReport.file(name)))) {
        all.add(each);
      }
    }
    all.sort(null);
    return all;
  }

  private static String outermost(Mutant mutant) {
    return mutant.className().replaceFirst("\\$.*", "");
  }

  private void read(List<String> page) {
    long survivors = 0;
    String section = "";
    for (String line : page) {
      Matcher row = CLASS.matcher(line);
      Matcher heading = SECTION.matcher(line);
      Matcher survivor = SURVIVOR.matcher(line);
      if (row.matches()) {
        int killed = Integer.parseInt(row.group(3));
        survivors += Integer.parseInt(row.group(2)) - killed;
        String name = name(row.group(1));
        for (int i = 1; i <= killed; i++) {
          mutants.add(new Mutant(name + "#killed", "mutant | " + i, Mutant.Status.KILLED));
        }
      } else if (heading.matches()) {
        section = name(heading.group(1));
      } else if (survivor.matches()) {
        survivors--;
        String change = survivor.group(3).replace("\\<", "<") + " | " + survivor.group(2);
        mutants.add(new Mutant(section + '#' + survivor.group(1), change, Mutant.Status.SURVIVED));
      }
    }
    if (survivors != 0) {
      throw new IllegalArgumentException(
          "the page lists "
              + Math.abs(survivors)
              + (survivors > 0 ? " survivors less" : " more")
              + " than its table counts; make it anew with all classes");
    }
  }

  private static String name(String shown) {
    return shown.replace("\\$", "$");
  }
}
