package io.penstock.ext4.space;

/**
 * Blocks in a row.
 *
 * @param first the first
 * @param count how many
 */
public record BlockRun(long first, long count) {
  /** The block behind them. */
  public long end() {
    return first + count;
  }
}
