package io.penstock.testkit.crash;

/**
 * A crash that loses what must not be lost.
 *
 * @param point the number of the crash point
 * @param states how many states were checked until it was found
 * @param state what is there and what is lost, made as small as it still fails
 * @param cause what the checker said of that
 */
public record CrashFailure(int point, long states, String state, Throwable cause) {
  @Override
  public String toString() {
    return "crash point " + point + ", after " + states + " states: " + cause + '\n' + state;
  }
}
