package io.penstock.failures;

/** A failure that cannot be brought about on this machine; the message says what is missing. */
public final class Skipped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Because of this. */
  public Skipped(String reason) {
    super(reason);
  }
}
