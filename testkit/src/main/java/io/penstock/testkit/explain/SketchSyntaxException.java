package io.penstock.testkit.explain;

/**
 * A layout sketch that cannot be understood; the message names the column and what was expected.
 */
public final class SketchSyntaxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int column;

  SketchSyntaxException(int column, String expected, String found) {
    super("column " + column + ": expected " + expected + ", found " + found);
    this.column = column;
  }

  /** Where, from 1. */
  public int column() {
    return column;
  }
}
