package io.penstock.linux;

/**
 * What direct I/O on one file must be aligned to (FILE-2, ADM-4), in bytes, each a power of two;
 * and where that was learnt.
 *
 * @param source who said so
 * @param memory of addresses; 0 if direct I/O is not supported
 * @param read of position and length of a read; 0 if direct I/O is not supported
 * @param write of position and length of a write; 0 if direct I/O is not supported
 * @param atomicWriteMin smallest write that is never torn; 0 if there is none
 * @param atomicWriteMax largest write that is never torn; 0 if there is none
 * @param remedy why direct I/O is not supported and what to do; empty if it is
 */
public record DirectIoAlignment(
    Source source,
    int memory,
    int read,
    int write,
    int atomicWriteMin,
    int atomicWriteMax,
    String remedy) {

  /** Who said so. */
  public enum Source {
    /** The kernel, for this very file: statx(2) with {@code STATX_DIOALIGN}. */
    STATX,
    /** The block device: its logical block and its queue's memory alignment. */
    DEVICE_LIMITS,
    /** Direct reads of the file itself, of falling sizes and addresses. */
    PROBE,
    /**
     * The file system's block and the memory page: enough on every file system, though less may do.
     * For files without data to probe.
     */
    FILE_SYSTEM_BLOCK
  }

  public DirectIoAlignment {
    boolean supported = memory != 0;
    if (supported != (read != 0) || supported != (write != 0) || supported != remedy.isEmpty()) {
      throw new IllegalArgumentException("direct I/O is supported as a whole or not at all");
    }
    requirePowerOfTwo(memory);
    requirePowerOfTwo(read);
    requirePowerOfTwo(write);
  }

  /** Whether direct I/O on the file is supported at all. */
  public boolean isSupported() {
    return memory != 0;
  }

  /**
   * Whether the file takes direct I/O of any alignment: its reads and writes are not direct in
   * truth, but go through memory, as those of tmpfs do.
   */
  public boolean isServedFromMemory() {
    return memory == 1 && read == 1;
  }

  /** Whether there are writes that are never torn. */
  public boolean hasAtomicWrites() {
    return atomicWriteMax != 0;
  }

  static DirectIoAlignment unsupported(Source source, String remedy) {
    return new DirectIoAlignment(source, 0, 0, 0, 0, 0, remedy);
  }

  private static void requirePowerOfTwo(int bytes) {
    if (bytes < 0 || Integer.bitCount(bytes) > 1) {
      throw new IllegalArgumentException("alignment " + bytes + " is not a power of two");
    }
  }
}
