package io.penstock.cli.bench;

import java.util.Locale;

/** What is done to the file. The names are those that fio uses. */
public enum AccessPattern {
  /** Reads at random positions. */
  RANDREAD(true, 0),
  /** Writes at random positions. */
  RANDWRITE(true, 1),
  /** Reads one block after the other. */
  READ(false, 0),
  /** Writes one block after the other. */
  WRITE(false, 1),
  /** Reads and writes, as many of both, at random positions. */
  RANDRW(true, 0.5);

  private final boolean random;
  private final double shareOfWrites;

  AccessPattern(boolean random, double shareOfWrites) {
    this.random = random;
    this.shareOfWrites = shareOfWrites;
  }

  /** Whether positions are random; one after the other, from the start again at the end if not. */
  public boolean isRandom() {
    return random;
  }

  /** How many of the operations are writes, from 0 to 1. */
  public double shareOfWrites() {
    return shareOfWrites;
  }

  /** Whether anything is written. */
  public boolean writes() {
    return shareOfWrites > 0;
  }

  /** The name, as it is typed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
