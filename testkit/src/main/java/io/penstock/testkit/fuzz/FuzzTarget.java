package io.penstock.testkit.fuzz;

import java.io.IOException;
import java.util.List;

/**
 * Something that takes input from outside, to be fed with what nobody wanted to give it. Whatever
 * the input is, it must come to an end soon, take little memory, and either work or refuse in the
 * way it says.
 *
 * <pre>{@code
 * FuzzTarget superblock = FuzzTarget.of("superblock", seeds, in -> Superblock.parse(in.memory()));
 * Fuzz.of(superblock).seed(1).executions(100_000).run();
 * }</pre>
 *
 * <p>One thread at a time calls a target, but not always the same.
 */
public interface FuzzTarget {

  /** What is tried with one input. */
  @FunctionalInterface
  interface Trial {
    /**
     * Tries an input.
     *
     * @return what came of it; {@link FuzzTarget#run} says how that is shown
     * @throws Exception a refusal, or what is wrong with the target
     */
    Object run(FuzzInput input) throws Exception;
  }

  /** A name of lower-case words and dashes, unique among the targets that run together. */
  String name();

  /** Inputs that are right, to begin with; may be none. */
  default List<byte[]> seeds() {
    return List.of();
  }

  /** Pieces of input that mean something, such as keywords and magic numbers; may be none. */
  default List<byte[]> words() {
    return List.of();
  }

  /**
   * Tries one input. It is to throw an {@link AssertionError} for whatever breaks a promise that it
   * can see itself.
   *
   * @return the kind of the outcome in a few words, the same for alike inputs: an input with a new
   *     outcome is kept and mutated further
   * @throws Exception a {@linkplain #isRefusal refusal}, or what is wrong with the target
   */
  String run(FuzzInput input) throws Exception;

  /**
   * Whether a thrown exception is how the target may refuse an input, as documented. An {@code
   * IOException} unless overridden. It must also say what is wrong: a refusal without a message is
   * a failure.
   */
  default boolean isRefusal(Throwable thrown) {
    return thrown instanceof IOException;
  }

  /** A target that refuses with an {@code IOException}; its outcome is that of the trial. */
  static FuzzTarget of(String name, List<byte[]> seeds, Trial trial) {
    return of(name, seeds, IOException.class, trial);
  }

  /**
   * A target that refuses with this exception or one below it.
   *
   * @param seeds right inputs
   */
  static FuzzTarget of(
      String name, List<byte[]> seeds, Class<? extends Exception> refusal, Trial trial) {
    List<byte[]> begin = List.copyOf(seeds);
    return new FuzzTarget() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<byte[]> seeds() {
        return begin;
      }

      @Override
      public String run(FuzzInput input) throws Exception {
        return String.valueOf(trial.run(input));
      }

      @Override
      public boolean isRefusal(Throwable thrown) {
        return refusal.isInstance(thrown);
      }
    };
  }
}
