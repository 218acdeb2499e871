package io.penstock.testkit;

/** The engine did something else than the model says it must. */
public final class Divergence extends AssertionError {
  private static final long serialVersionUID = 1L;

  /** What differs, with what was expected and what was seen. */
  public Divergence(String message) {
    super(message);
  }

  /** What differs, seen in the shape of another failure. */
  public Divergence(String message, Throwable cause) {
    super(message, cause);
  }
}
