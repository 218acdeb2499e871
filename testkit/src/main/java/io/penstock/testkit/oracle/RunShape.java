package io.penstock.testkit.oracle;

import io.penstock.core.device.QueueLimits;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.memory.MemoryPolicy;
import io.penstock.testkit.Dice;
import java.util.ArrayList;
import java.util.List;

/**
 * What one run is about: a file, its layout, its devices. Bytes, unless named blocks.
 *
 * @param blockBytes {@code F}
 * @param blocks file blocks the layout can map
 * @param limits of each device; the first is the file's own
 * @param deviceBlocks blocks of {@code F} on each device
 * @param traits of the layout
 * @param initialSize of the file
 * @param allocatesNew percentage of allocations answered as new rather than unwritten
 * @param shortAnswers percentage of answers that cover less than they could
 * @param marks percentage of answers with a boundary mark; defer marks and cookies follow it
 * @param defers percentage of answers with a defer mark
 * @param needlesslyDirty percentage of mapped answers with a dirty mark that need none
 * @param refusesHoles percentage of allocations that are answered as holes
 * @param reachableAfterFailure whether new blocks of a failed write that were initialised become
 *     data
 * @param dataSync whether every write of the file is made durable
 * @param submitHook whether bios go through a submit hook
 * @param policy what happens to memory a device cannot be given
 * @param maxOutstandingBios of one request
 * @param concurrency most requests in flight
 * @param inlinePercent of asynchronous bios that are done before their submission returns
 * @param faultPercent of requests that meet a fault
 * @param maxRequestBytes longest request
 */
record RunShape(
    int blockBytes,
    int blocks,
    List<QueueLimits> limits,
    int deviceBlocks,
    LayoutTraits traits,
    long initialSize,
    int allocatesNew,
    int shortAnswers,
    int marks,
    int defers,
    int needlesslyDirty,
    int refusesHoles,
    boolean reachableAfterFailure,
    boolean dataSync,
    boolean submitHook,
    MemoryPolicy policy,
    int maxOutstandingBios,
    int concurrency,
    int inlinePercent,
    int faultPercent,
    int maxRequestBytes) {

  private static final int MAX_FILE_BYTES = 3 << 20;

  /** A shape that the dice choose. */
  static RunShape of(Dice dice, boolean faults) {
    int block = dice.pickInt(512, 1024, 2048, 4096, 4096, 4096, 8192, 16384, 32768, 65536);
    int sector = block >= 4096 && dice.oneIn(3) ? 4096 : 512;
    int blocks = dice.between(6, Math.max(8, Math.min(200, MAX_FILE_BYTES / block)));
    boolean raw = dice.oneIn(12);
    int devices = raw ? 1 : dice.pickInt(1, 1, 2, 3);
    List<QueueLimits> limits = new ArrayList<>();
    for (int i = 0; i < devices; i++) {
      limits.add(
          limits(dice, sector, i == 0 ? Integer.MAX_VALUE : limits.getFirst().memoryAlignment()));
    }
    if (dice.oneIn(2)) {
      limits.replaceAll(each -> limits.getFirst());
    }
    long capacity = (long) block * blocks;
    LayoutTraits traits =
        LayoutTraits.DEFAULT
            .withMaxFileSize(dice.oneIn(3) ? capacity - dice.below(block) : capacity)
            .withFillsHoles(dice.percent(75))
            .withPublishesSize(raw || dice.percent(90))
            .withLocking(dice.percent(25))
            .withOwnInFlightScheme(dice.percent(4))
            .withEndsAtDeviceEnd(raw);
    long size =
        raw
            ? capacity
            : Math.min(traits.maxFileSize(), dice.oneIn(6) ? 0 : dice.below(capacity + 1));
    if (!raw && dice.oneIn(3)) {
      size -= size % (dice.oneIn(2) ? block : sector);
    }
    return new RunShape(
        block,
        blocks,
        List.copyOf(limits),
        raw ? blocks : blocks * dice.between(4, 8) / (2 * devices) + 4,
        traits,
        size,
        dice.pickInt(0, 30, 60, 100),
        dice.pickInt(0, 10, 40, 90),
        dice.pickInt(0, 0, 5, 30),
        dice.pickInt(0, 0, 5, 30),
        dice.pickInt(0, 0, 20),
        dice.pickInt(0, 0, 0, 5),
        dice.oneIn(2),
        dice.oneIn(10),
        dice.oneIn(5),
        dice.oneIn(6) ? MemoryPolicy.STRICT : MemoryPolicy.BOUNCE,
        dice.pickInt(1, 2, 3, 5, 8, 128, 128, 128),
        dice.pickInt(1, 1, 2, 4, 8),
        dice.pickInt(0, 10, 50, 100),
        faults ? dice.pickInt(0, 0, 5, 25) : 0,
        dice.pickInt(8, 32, 64, 64, 128, 256) << 10);
  }

  private static QueueLimits limits(Dice dice, int sector, int largestAlignment) {
    int alignment =
        Math.min(largestAlignment, dice.pickInt(1, 4, sector, sector, sector, 512, 4096));
    long granule = Math.max(sector, alignment);
    int segments = dice.pickInt(1, 2, 3, 4, 16, 128, 1024, 1024);
    long segmentBytes = dice.oneIn(2) ? 1L << 30 : granule * dice.pickInt(1, 2, 3, 8, 64);
    long bytes = dice.oneIn(2) ? 1L << 30 : granule * dice.pickInt(1, 2, 3, 4, 16, 64, 100);
    QueueLimits limits =
        QueueLimits.of(sector)
            .withMemoryAlignment(alignment)
            .withMaximum(segments, segmentBytes, bytes)
            .withForcedUnitAccess(dice.oneIn(2))
            .withMemoryAccess(dice.oneIn(3), dice.oneIn(2));
    return dice.oneIn(2)
        ? limits.withAtomicWrites(sector, (long) sector * dice.pickInt(1, 4, 16))
        : limits;
  }

  /** {@code L}. */
  int sectorBytes() {
    return limits.getFirst().logicalBlock();
  }

  long capacity() {
    return (long) blockBytes * blocks;
  }

  boolean isRaw() {
    return traits.endsAtDeviceEnd();
  }

  /** What the address of memory must be a multiple of. */
  int memoryAlignment() {
    return limits.getFirst().memoryAlignment();
  }

  /**
   * How much can be cut off a piece of memory so that the rest can still be given to the device.
   */
  static long granule(QueueLimits limits) {
    return Math.max(limits.logicalBlock(), limits.memoryAlignment());
  }
}
