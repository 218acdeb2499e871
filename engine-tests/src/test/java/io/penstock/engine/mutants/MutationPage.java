package io.penstock.engine.mutants;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code docs/mutants.md}: how many changes of the engine the tests notice, class by class. */
final class MutationPage {
  private MutationPage() {}

  /** The page, in Markdown. */
  static String of(MutationTally tally) {
    StringBuilder page = new StringBuilder();
    page.append("# Mutants: changes of the engine, and whether a test notices\n\n");
    page.append(
        """
        Made by `build/prove-mutants --page`; not edited by hand. A mutant is the engine with one small change: a condition
        turned round, a call left out, a sum made a difference. It is killed when a test fails because of it.

        """);
    page.append(
        String.format(
            Locale.ROOT,
            "**%d mutants, %d killed (%.1f %%), %d survived.**",
            tally.mutants(),
            tally.killed(),
            tally.killedPercent(),
            tally.survived()));
    page.append(" Each survivor was looked at; of what kind the reasons are:\n\n");
    page.append("| kind | survivors | they live because |\n|---|---:|---|\n");
    ReviewedMutants.KINDS.forEach(
        (kind, meaning) ->
            page.append("| ")
                .append(kind)
                .append(" | ")
                .append(tally.survived(kind))
                .append(" | ")
                .append(meaning)
                .append(" |\n"));
    table(page, tally.byClass());
    tally.byClass().forEach((name, mutants) -> survivors(page, tally, name, mutants));
    return page.toString();
  }

  private static void table(StringBuilder page, Map<String, List<Mutant>> classes) {
    page.append("\n## Class by class\n\n");
    page.append("| class | mutants | killed | percent |\n|---|---:|---:|---:|\n");
    classes.forEach(
        (name, mutants) -> {
          long killed = mutants.stream().filter(each -> each.status().killed()).count();
          page.append("| ").append(name.replace("$", "\\$")).append(" | ").append(mutants.size());
          page.append(" | ").append(killed).append(" | ");
          page.append(
              String.format(Locale.ROOT, "%.0f", MutationTally.percent(killed, mutants.size())));
          page.append(" |\n");
        });
    page.append("\n## Survivors\n");
  }

  private static void survivors(
      StringBuilder page, MutationTally tally, String name, List<Mutant> mutants) {
    if (mutants.stream().noneMatch(each -> each.status().survived())) {
      return;
    }
    page.append("\n### ").append(name.replace("$", "\\$")).append("\n\n");
    for (Mutant mutant : mutants) {
      if (mutant.status().survived()) {
        String method = mutant.place().substring(name.length() + 1);
        String[] change = mutant.change().split(" \\| ", 2);
        page.append("- `").append(method).append("`, `").append(change[1]).append("`: ");
        page.append(change[0].replace("<", "\\<")).append("; ");
        page.append(tally.reason(mutant)).append('\n');
      }
    }
  }
}
