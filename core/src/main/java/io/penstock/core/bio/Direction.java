package io.penstock.core.bio;

/** Which way the bytes go. */
public enum Direction {
  /** From the device into memory. */
  READ("read"),
  /** From memory to the device. */
  WRITE("write");

  private final String word;

  Direction(String word) {
    this.word = word;
  }

  /** The lower-case word used in messages. */
  public String word() {
    return word;
  }
}
