package io.penstock.testkit.sweep;

/**
 * One call that can fail.
 *
 * @param kind of the call
 * @param ordinal which of the calls of this kind in a run, from 1
 */
public record FaultPoint(FaultKind kind, int ordinal) {
  @Override
  public String toString() {
    return kind + "-" + ordinal;
  }
}
