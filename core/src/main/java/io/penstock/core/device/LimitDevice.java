package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import java.io.IOException;

/**
 * The same device with narrower limits: to make an engine split, copy or refuse where it would not
 * have to, and to prove that it does. A bio that violates them is completed with the error of
 * {@link BioCheck} and not handed on. With a larger logical block the device ends at its last whole
 * one. Thread-safe; allocates nothing for a bio that respects the limits.
 */
public final class LimitDevice extends ForwardingDevice {
  private final QueueLimits limits;
  private final long size;

  /**
   * Narrows {@code delegate}.
   *
   * @throws IllegalArgumentException when {@code limits} allow what those of {@code delegate} do
   *     not
   */
  public LimitDevice(BlockDevice delegate, QueueLimits limits) {
    super(delegate);
    QueueLimits behind = delegate.limits();
    require(limits.logicalBlock() >= behind.logicalBlock(), "logicalBlock", limits);
    require(limits.memoryAlignment() >= behind.memoryAlignment(), "memoryAlignment", limits);
    require(limits.maxSegments() <= behind.maxSegments(), "maxSegments", limits);
    require(limits.maxSegmentBytes() <= behind.maxSegmentBytes(), "maxSegmentBytes", limits);
    require(limits.maxBytes() <= behind.maxBytes(), "maxBytes", limits);
    require(!limits.forcedUnitAccess() || behind.forcedUnitAccess(), "forcedUnitAccess", limits);
    require(limits.atomicWriteMax() <= behind.atomicWriteMax(), "atomicWriteMax", limits);
    require(
        limits.atomicWriteMax() == 0 || limits.atomicWriteMin() >= behind.atomicWriteMin(),
        "atomicWriteMin",
        limits);
    require(!limits.acceptsHeap() || behind.acceptsHeap(), "acceptsHeap", limits);
    require(!limits.runsInCaller() || behind.runsInCaller(), "runsInCaller", limits);
    this.limits = limits;
    this.size = delegate.size() - delegate.size() % limits.logicalBlock();
  }

  private void require(boolean narrower, String limit, QueueLimits limits) {
    if (!narrower) {
      throw new IllegalArgumentException(
          limit
              + " must not allow more than the device behind: "
              + limits
              + " before "
              + delegate().limits());
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public QueueLimits limits() {
    return limits;
  }

  @Override
  public void submit(Bio bio) {
    IOException violation = BioCheck.violation(bio, limits, size, name());
    if (violation == null) {
      delegate().submit(bio);
    } else {
      bio.complete(violation);
    }
  }

  @Override
  public void submit(Bio[] bios, int from, int to) {
    if (respectLimits(bios, from, to)) {
      delegate().submit(bios, from, to);
    } else {
      super.submit(bios, from, to);
    }
  }

  private boolean respectLimits(Bio[] bios, int from, int to) {
    for (int i = from; i < to; i++) {
      if (BioCheck.violation(bios[i], limits, size, name()) != null) {
        return false;
      }
    }
    return true;
  }
}
