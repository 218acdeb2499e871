package io.penstock.engine.mutants;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What became of each mutant when its class was changed last: a whole run takes long, and one of a
 * few classes replaces what is known of those. One line each: status, place, change.
 */
final class KeptMutants {
  private static final String BETWEEN = "\t";

  private KeptMutants() {}

  /** Replaces what the file has of the classes of this run, and returns all of it, sorted. */
  static List<Mutant> replace(Path file, List<Mutant> run) throws IOException {
    Set<String> again = run.stream().map(KeptMutants::outermost).collect(Collectors.toSet());
    List<Mutant> all = new ArrayList<>(run);
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file, UTF_8)) {
        String[] parts = line.split(BETWEEN, 3);
        Mutant earlier = new Mutant(parts[1], parts[2], Mutant.Status.valueOf(parts[0]));
        if (!again.contains(outermost(earlier))) {
          all.add(earlier);
        }
      }
    }
    all.sort(null);
    Files.write(file, all.stream().map(KeptMutants::line).toList(), UTF_8);
    return all;
  }

  private static String outermost(Mutant mutant) {
    return mutant.className().replaceFirst("\\$.*", "");
  }

  private static String line(Mutant mutant) {
    return String.join(BETWEEN, mutant.status().name(), mutant.place(), mutant.change());
  }
}
