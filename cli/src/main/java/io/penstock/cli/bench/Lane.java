package io.penstock.cli.bench;

import org.HdrHistogram.Histogram;

/**
 * One thread's part of a round: says what its next operation is and keeps how long the last one
 * took. Allocates nothing after it was made. For one thread at a time.
 */
public final class Lane {
  /** Longer operations are kept as if they had taken this long: a minute. */
  private static final long LONGEST_NANOS = 60_000_000_000L;

  /** A lane with so many failures stops: it would do nothing else. */
  private static final int MOST_ERRORS = 1000;

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final Round round;
  private final boolean random;
  private final long blocks;
  private final int blockSize;
  private final int writesOf256;
  private final Histogram histogram;
  private long state;
  private long drawn;
  private long errors;
  private String firstError = "";

  Lane(Round round, int digits, int number) {
    this.round = round;
    Workload workload = round.workload();
    random = workload.pattern().isRandom();
    blocks = workload.blocks();
    blockSize = workload.blockSize();
    writesOf256 = (int) (workload.pattern().shareOfWrites() * 256);
    histogram = newHistogram(digits);
    state = System.nanoTime() * 31 + number;
  }

  static Histogram newHistogram(int digits) {
    return new Histogram(LONGEST_NANOS, digits);
  }

  /** Whether no further operation is to be begun. */
  public boolean isOver() {
    return round.isOver() || errors >= MOST_ERRORS;
  }

  /** Where the next operation begins, bytes. Draws also what {@link #writes()} says. */
  public long nextPosition() {
    draw();
    long block = random ? Math.unsignedMultiplyHigh(drawn, blocks) : round.nextInSequence();
    return block * blockSize;
  }

  /** Whether the operation of the last {@link #nextPosition()} is a write; a read if not. */
  public boolean writes() {
    return (drawn & 0xff) < writesOf256;
  }

  /** SplitMix64: 64 well mixed bits, one multiplication after the other. */
  private void draw() {
    state += GOLDEN;
    long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    drawn = mixed ^ (mixed >>> 31);
  }

  /**
   * An operation has ended.
   *
   * @param begun {@link System#nanoTime()} before it was begun
   * @param ended the same after its end
   * @param bytes that it moved; fewer than a block's count as an error
   */
  public void completed(long begun, long ended, long bytes) {
    if (bytes != blockSize) {
      failed("an operation moved " + bytes + " bytes instead of " + blockSize);
    } else if (round.isMeasured()) {
      histogram.recordValue(Math.clamp(ended - begun, 0, LONGEST_NANOS));
    }
  }

  /** An operation has failed. */
  public void failed(Throwable error) {
    failed(error.toString());
  }

  private void failed(String what) {
    errors++;
    if (firstError.isEmpty()) {
      firstError = what;
    }
  }

  Histogram histogram() {
    return histogram;
  }

  long errors() {
    return errors;
  }

  String firstError() {
    return firstError;
  }
}
