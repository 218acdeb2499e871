package io.penstock.cli.copy;

/**
 * How to copy.
 *
 * @param blockSize bytes of one transfer, a multiple of 512; rounded up to what the files need
 * @param depth transfers in flight at the same time, at least 1
 * @param engine as {@link io.penstock.file.Engines#choose} wants it
 * @param sparse what becomes of holes and zeros
 * @param verify whether both are read back and compared
 * @param sync whether the copy is durable in the end
 */
public record CopyOptions(
    int blockSize, int depth, String engine, Sparse sparse, boolean verify, boolean sync) {

  /** What becomes of holes and zeros. */
  public enum Sparse {
    /** Holes of the source are holes of the target. */
    AUTO,
    /** So are zeros, in blocks; on a device, as {@link #AUTO}. */
    ALWAYS,
    /** Holes are written as zeros. */
    NEVER
  }
}
