package io.penstock.core.device;

/**
 * What direct I/O on one file of the host must be aligned to (FILE-2), bytes, each a power of two.
 *
 * @param memory of every address
 * @param read of position and length of a read
 * @param write of position and length of a write
 * @param atomicWriteMin smallest write that is never torn, or 0 when the host offers none
 * @param atomicWriteMax largest write that is never torn, or 0 when the host offers none
 * @param source for people: who said so
 */
public record HostAlignment(
    int memory, int read, int write, int atomicWriteMin, int atomicWriteMax, String source) {

  /** Checks the values. */
  public HostAlignment {
    powerOfTwo("memory", memory);
    powerOfTwo("read", read);
    powerOfTwo("write", write);
    if (atomicWriteMin < 0 || atomicWriteMax < atomicWriteMin) {
      throw new IllegalArgumentException(
          "atomic writes of " + atomicWriteMin + " to " + atomicWriteMax + " bytes cannot be");
    }
  }

  /** The smallest unit that can be both read and written: {@code L} of the device. */
  public int unit() {
    return Math.max(read, write);
  }

  private static void powerOfTwo(String name, int value) {
    if (Integer.bitCount(value) != 1 || value < 1) {
      throw new IllegalArgumentException(
          name + " alignment " + value + " must be a power of two and at least 1 byte");
    }
  }
}
