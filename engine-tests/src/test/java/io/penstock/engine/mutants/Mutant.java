package io.penstock.engine.mutants;

/**
 * One small change of the compiled engine, and what the tests made of it.
 *
 * @param place class without the engine's package, and method: {@code bio.Bio#append}
 * @param change what was changed, and the line of the source that it was in: {@code negated
 *     conditional | if (a == b) {}; followed by {@code #2} where the same was done to the line
 *     twice. Line numbers are no part of it, so that it stays the same when other lines come and
 *     go.
 * @param status what became of it
 */
record Mutant(String place, String change, Status status) implements Comparable<Mutant> {
  /** What became of a mutant; the names are those of the report. */
  enum Status {
    /** A test failed. */
    KILLED,
    /** A test took so much longer that it was given up: the change made an endless loop or wait. */
    TIMED_OUT,
    /** A test used up all memory. */
    MEMORY_ERROR,
    /** All tests that reach it passed. */
    SURVIVED,
    /** No test reaches it. */
    NO_COVERAGE,
    /** No class file: it says nothing about the tests. */
    NON_VIABLE,
    /** The tests could not run: nobody knows. */
    RUN_ERROR,
    /** The tests have not run. */
    NOT_STARTED,
    /** The tests have not ended. */
    STARTED;

    boolean killed() {
      return this == KILLED || this == TIMED_OUT || this == MEMORY_ERROR;
    }

    boolean survived() {
      return this == SURVIVED || this == NO_COVERAGE;
    }
  }

  /** The class, without the engine's package: {@code bio.Bio}. */
  String className() {
    return place.substring(0, place.indexOf('#'));
  }

  /** What it is known by in the list of reviewed ones. */
  String key() {
    return place + " " + change;
  }

  @Override
  public int compareTo(Mutant other) {
    return key().compareTo(other.key());
  }
}
