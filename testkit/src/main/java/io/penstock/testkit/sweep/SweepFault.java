package io.penstock.testkit.sweep;

/**
 * A call that does fail.
 *
 * @param point which call
 * @param effect what it leaves behind
 */
public record SweepFault(FaultPoint point, Effect effect) {
  /** Checks that the kind can fail that way. */
  public SweepFault {
    if (!point.kind().effects().contains(effect)) {
      throw new IllegalArgumentException(
          point + " cannot fail with " + effect + "; it can with " + point.kind().effects());
    }
  }

  /**
   * Reads what {@link #toString} writes: {@code BIO-3:PART}.
   *
   * @throws IllegalArgumentException when it is no such thing
   */
  public static SweepFault parse(String text) {
    if (!text.matches("[A-Z_]+-[0-9]{1,6}:[A-Z]+")) {
      throw new IllegalArgumentException("fault '" + text + "' must look like BIO-3:PART");
    }
    int dash = text.indexOf('-');
    int colon = text.indexOf(':');
    FaultKind kind = FaultKind.valueOf(text.substring(0, dash));
    int ordinal = Integer.parseInt(text.substring(dash + 1, colon));
    return new SweepFault(new FaultPoint(kind, ordinal), Effect.valueOf(text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return point + ":" + effect;
  }
}
