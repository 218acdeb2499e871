package io.penstock.file;

import io.penstock.core.device.IoCounters;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one {@link DirectFile} has done so far. Thread-safe; numbers grow while they are read.
 *
 * <p>Straight requests went to the device as they were. Bounced ones were unaligned; the device
 * operations they needed are counted apart, so that what alignment would save can be seen.
 */
public final class FileCounters {
  private final IoCounters straight;
  private final IoCounters bounced;
  private final boolean direct;
  private final LongAdder bouncedReads = new LongAdder();
  private final LongAdder bouncedWrites = new LongAdder();
  private final LongAdder edgeReads = new LongAdder();
  private final LongAdder cuts = new LongAdder();

  private final QueueCounters queueing;

  FileCounters(IoCounters straight, IoCounters bounced, boolean direct, QueueCounters queueing) {
    this.queueing = queueing;
    this.straight = straight;
    this.bounced = bounced;
    this.direct = direct;
  }

  /** Device operations and bytes of aligned requests. */
  public IoCounters straight() {
    return straight;
  }

  /** Device operations and bytes of unaligned requests, edges that were read first included. */
  public IoCounters bounced() {
    return bounced;
  }

  /** Unaligned reads. */
  public long bouncedReads() {
    return bouncedReads.sum();
  }

  /** Unaligned writes. */
  public long bouncedWrites() {
    return bouncedWrites.sum();
  }

  /** Blocks that were read so that a part of them could be written. */
  public long edgeReads() {
    return edgeReads.sum();
  }

  /** Times that padding past the end of the file was cut off. */
  public long cuts() {
    return cuts.sum();
  }

  /**
   * Bytes that went through the page cache after all, because the file was opened with the buffered
   * fallback (FILE-4); 0 for a direct file.
   */
  public long bufferedBytes() {
    return direct
        ? 0
        : straight.readBytes()
            + straight.writtenBytes()
            + bounced.readBytes()
            + bounced.writtenBytes();
  }

  /** Device operations that wait at this moment because of {@link IoLimits} (FILE-8). */
  public int queued() {
    return queueing.queued.get();
  }

  /** Device operations that had to wait because of {@link IoLimits}. */
  public long delayed() {
    return queueing.delayed.sum();
  }

  /** Device operations that were to be begun at once or not at all, and were not. */
  public long refused() {
    return queueing.refused.sum();
  }

  void countBouncedRead() {
    bouncedReads.increment();
  }

  void countBouncedWrite() {
    bouncedWrites.increment();
  }

  void countEdgeRead() {
    edgeReads.increment();
  }

  void countCut() {
    cuts.increment();
  }

  @Override
  public String toString() {
    return "straight "
        + straight
        + "; bounced "
        + bounced
        + " for "
        + bouncedReads()
        + " reads and "
        + bouncedWrites()
        + " writes, edges read "
        + edgeReads()
        + ", cuts "
        + cuts()
        + ", delayed "
        + delayed()
        + (direct ? "" : "; buffered");
  }
}
