package io.penstock.linux;

import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.QueueLimits;
import io.penstock.linux.abi.IoVec;

/** What one bio on a file of the host may look like. */
final class HostLimits {
  /** The least {@code L} there is; what asks for less (tmpfs, the page cache) takes it. */
  private static final int SMALLEST_BLOCK = 512;

  private HostLimits() {}

  /**
   * From what was found out when the file was opened.
   *
   * @param mostBytes of one bio
   */
  static QueueLimits of(HostFile file, long mostBytes) {
    HostAlignment alignment = file.alignment();
    int block = Math.max(SMALLEST_BLOCK, alignment.unit());
    return QueueLimits.of(block)
        .withPhysicalBlock(physicalBlock(file, block))
        .withMemoryAlignment(alignment.memory())
        .withMaximum(IoVec.MAX_ENTRIES, mostBytes, mostBytes)
        .withForcedUnitAccess(isForcedCheaply(file))
        .withAtomicWrites(alignment.atomicWriteMin(), alignment.atomicWriteMax())
        .withMemoryAccess(false, true);
  }

  private static int physicalBlock(HostFile file, int block) {
    long shown = file.queue().map(queue -> queue.physicalBlockSize().orElse(block)).orElse(0L);
    boolean usable = shown >= block && shown <= 1 << 30 && Long.bitCount(shown) == 1;
    return usable ? (int) shown : block;
  }

  /**
   * The kernel makes any one write durable ({@code RWF_DSYNC}), but where the device neither writes
   * through nor forces a single write, it does so by a flush after each. There one flush after the
   * last bio of a request is cheaper, and that is what the engine does when there is no forced unit
   * access (BIO-9).
   */
  private static boolean isForcedCheaply(HostFile file) {
    return file.queue()
        .map(
            queue ->
                queue.forcedUnitAccess().orElse(false) || !queue.volatileWriteCache().orElse(true))
        .orElse(false);
  }
}
