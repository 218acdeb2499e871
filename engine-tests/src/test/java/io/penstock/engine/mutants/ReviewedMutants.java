package io.penstock.engine.mutants;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The mutants that may survive, each with the reason that somebody found for it.
 *
 * <pre>
 * completion.HandlerQueue#keepSpare
 *   negated conditional | if (spare == null) {
 *   negated conditional | if (spare == null) { #2
 *     performance: a queue that is not kept is made again
 * </pre>
 *
 * A reason is for the mutants right above it. It begins with one word that says what kind it is.
 */
final class ReviewedMutants {
  /** Kinds of reasons, with what they say. */
  static final Map<String, String> KINDS =
      new TreeMap<>(
          Map.of(
              "equivalent",
              "nothing that anybody can see is different",
              "performance",
              "only time or memory is lost",
              "text",
              "only what a description says is different",
              "race",
              "only an interleaving of threads that no test can force shows it",
              "once",
              "runs once in a JVM, before the mutant is put in its place",
              "defence",
              "guards against what cannot happen as long as the rest keeps its promises"));

  private final SortedMap<String, String> reasons = new TreeMap<>();

  private ReviewedMutants() {}

  /**
   * Reads the list.
   *
   * @throws IllegalArgumentException when a line is neither, a mutant has no reason or two, or a
   *     reason is of no known kind
   */
  static ReviewedMutants parse(List<String> lines) {
    ReviewedMutants reviewed = new ReviewedMutants();
    List<String> waiting = new ArrayList<>();
    String place = "";
    StringBuilder reason = new StringBuilder();
    List<String> all = new ArrayList<>(lines);
    all.add("end#");
    for (String line : all) {
      String text = line.strip();
      if (text.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int depth = line.indexOf(text.charAt(0));
      if (depth < 4 && !reason.isEmpty()) {
        reviewed.add(waiting, reason.toString());
        waiting.clear();
        reason.setLength(0);
      }
      if (depth == 0) {
        requireNone(waiting);
        place = text;
      } else if (depth == 2 && place.contains("#") && text.contains(" | ")) {
        waiting.add(place + " " + text);
      } else if (depth == 4 && !waiting.isEmpty()) {
        reason.append(reason.isEmpty() ? "" : " ").append(text);
      } else {
        throw new IllegalArgumentException("neither a place, a mutant nor a reason: " + line);
      }
    }
    return reviewed;
  }

  private static void requireNone(List<String> waiting) {
    if (!waiting.isEmpty()) {
      throw new IllegalArgumentException("no reason is said for " + waiting.getLast());
    }
  }

  private void add(List<String> mutants, String reason) {
    String kind = reason.replaceFirst(":.*", "");
    if (!KINDS.containsKey(kind) || reason.length() < kind.length() + 3) {
      throw new IllegalArgumentException(
          "a reason begins with one of " + KINDS.keySet() + " and a colon, not as in: " + reason);
    }
    for (String mutant : mutants) {
      if (reasons.put(mutant, reason) != null) {
        throw new IllegalArgumentException("listed twice: " + mutant);
      }
    }
  }

  /** The reason why this one may survive, or null. */
  String reason(Mutant mutant) {
    return reasons.get(mutant.key());
  }

  /** Keys of all that are listed. */
  Iterable<String> keys() {
    return reasons.keySet();
  }
}
