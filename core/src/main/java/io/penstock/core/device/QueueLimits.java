package io.penstock.core.device;

/**
 * What one bio may look like on a device, after the kernel's queue limits. All lengths are bytes.
 * The engine never exceeds a limit; {@code maxBytes} and {@code maxSegmentBytes} are rounded down
 * to whole logical blocks here, so that no piece is ever split below one (BIO-3).
 *
 * @param logicalBlock {@code L}, the smallest transferable unit; a power of two, 512 or more
 * @param physicalBlock the unit the device writes without read-modify-write; a power of two, at
 *     least {@code logicalBlock}
 * @param memoryAlignment what the address of every piece must be a multiple of; a power of two, may
 *     be smaller or larger than {@code logicalBlock} (ADM-4)
 * @param maxSegments most pieces of one bio
 * @param maxSegmentBytes most bytes of one piece
 * @param maxBytes most bytes of one bio
 * @param forcedUnitAccess whether the device can make a single write durable without a flush
 *     (BIO-9)
 * @param atomicWriteMin smallest untorn write, or 0 when the device offers none
 * @param atomicWriteMax largest untorn write, or 0 when the device offers none
 * @param acceptsHeap whether pieces may be heap segments; otherwise the engine copies through
 *     native memory
 * @param runsInCaller whether a {@linkplain io.penstock.core.bio.Bio#isSynchronous() synchronous}
 *     bio is carried out before {@code submit} returns, in the calling thread, touching memory only
 *     through the segment itself, so that an arena that is closed meanwhile gives an exception and
 *     never a stray write (MEM-4)
 */
public record QueueLimits(
    int logicalBlock,
    int physicalBlock,
    int memoryAlignment,
    int maxSegments,
    long maxSegmentBytes,
    long maxBytes,
    boolean forcedUnitAccess,
    long atomicWriteMin,
    long atomicWriteMax,
    boolean acceptsHeap,
    boolean runsInCaller) {

  /** Checks every value. */
  public QueueLimits {
    powerOfTwo("logicalBlock", logicalBlock, 512);
    powerOfTwo("physicalBlock", physicalBlock, logicalBlock);
    powerOfTwo("memoryAlignment", memoryAlignment, 1);
    atLeast("maxSegments", maxSegments, 1);
    maxSegmentBytes = wholeBlocks("maxSegmentBytes", maxSegmentBytes, logicalBlock);
    maxBytes = wholeBlocks("maxBytes", maxBytes, logicalBlock);
    atLeast("atomicWriteMin", atomicWriteMin, 0);
    atLeast("atomicWriteMax", atomicWriteMax, atomicWriteMin);
  }

  /**
   * Limits of an unconstrained device with this logical block; refine with the {@code with}
   * methods.
   */
  public static QueueLimits of(int logicalBlock) {
    return new QueueLimits(
        logicalBlock, logicalBlock, 1, 1024, 1L << 30, 1L << 30, false, 0, 0, false, false);
  }

  /** The same limits with another memory alignment, bytes. */
  public QueueLimits withMemoryAlignment(int bytes) {
    return new QueueLimits(
        logicalBlock,
        physicalBlock,
        bytes,
        maxSegments,
        maxSegmentBytes,
        maxBytes,
        forcedUnitAccess,
        atomicWriteMin,
        atomicWriteMax,
        acceptsHeap,
        runsInCaller);
  }

  /** The same limits with another physical block, bytes. */
  public QueueLimits withPhysicalBlock(int bytes) {
    return new QueueLimits(
        logicalBlock,
        bytes,
        memoryAlignment,
        maxSegments,
        maxSegmentBytes,
        maxBytes,
        forcedUnitAccess,
        atomicWriteMin,
        atomicWriteMax,
        acceptsHeap,
        runsInCaller);
  }

  /** The same limits with other bounds on one bio: pieces, bytes of a piece, bytes in all. */
  public QueueLimits withMaximum(int segments, long segmentBytes, long bytes) {
    return new QueueLimits(
        logicalBlock,
        physicalBlock,
        memoryAlignment,
        segments,
        segmentBytes,
        bytes,
        forcedUnitAccess,
        atomicWriteMin,
        atomicWriteMax,
        acceptsHeap,
        runsInCaller);
  }

  /** The same limits with or without forced unit access. */
  public QueueLimits withForcedUnitAccess(boolean available) {
    return new QueueLimits(
        logicalBlock,
        physicalBlock,
        memoryAlignment,
        maxSegments,
        maxSegmentBytes,
        maxBytes,
        available,
        atomicWriteMin,
        atomicWriteMax,
        acceptsHeap,
        runsInCaller);
  }

  /** The same limits with another range of untorn writes, bytes; 0 and 0 for none. */
  public QueueLimits withAtomicWrites(long min, long max) {
    return new QueueLimits(
        logicalBlock,
        physicalBlock,
        memoryAlignment,
        maxSegments,
        maxSegmentBytes,
        maxBytes,
        forcedUnitAccess,
        min,
        max,
        acceptsHeap,
        runsInCaller);
  }

  /** The same limits with other promises on memory (see the components of these names). */
  public QueueLimits withMemoryAccess(boolean heap, boolean inCaller) {
    return new QueueLimits(
        logicalBlock,
        physicalBlock,
        memoryAlignment,
        maxSegments,
        maxSegmentBytes,
        maxBytes,
        forcedUnitAccess,
        atomicWriteMin,
        atomicWriteMax,
        heap,
        inCaller);
  }

  private static void powerOfTwo(String name, int value, int least) {
    if (value < least || Integer.bitCount(value) != 1) {
      throw new IllegalArgumentException(
          name + " " + value + " must be a power of two and at least " + least + " bytes");
    }
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " " + value + " must be at least " + least);
    }
  }

  private static long wholeBlocks(String name, long value, int logicalBlock) {
    long whole = value - value % logicalBlock;
    if (whole <= 0) {
      throw new IllegalArgumentException(
          name
              + " "
              + value
              + " must hold at least one logical block of "
              + logicalBlock
              + " bytes");
    }
    return whole;
  }
}
