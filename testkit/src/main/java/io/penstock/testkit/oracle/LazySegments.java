package io.penstock.testkit.oracle;

import io.penstock.core.memory.SegmentSource;
import io.penstock.testkit.Divergence;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Produces a request's segments one by one, keeps account of them, and fails where it is told to.
 */
final class LazySegments implements SegmentSource {
  /** The run: told of what the engine does wrong. */
  interface Host {
    Divergence diverged(String message);

    /** Segment {@code index} could not be had. */
    void failed(int index, IOException fault);

    /** Whether an operation in flight uses the segment. */
    boolean isInUse(MemorySegment segment);
  }

  private final RequestMemory memory;
  private final int failAt;
  private final IOException fault;
  private final Host host;
  private final BitSet acquired = new BitSet();
  private final BitSet released = new BitSet();

  /**
   * @param failAt index of the segment that cannot be had, or -1
   */
  LazySegments(RequestMemory memory, int failAt, IOException fault, Host host) {
    this.memory = memory;
    this.failAt = failAt;
    this.fault = fault;
    this.host = host;
  }

  @Override
  public synchronized MemorySegment acquire(int index) throws IOException {
    if (index < 0 || index >= memory.count()) {
      throw host.diverged("segment " + index + " was asked for, of " + memory.count() + " (MEM-4)");
    }
    if (acquired.get(index)) {
      throw host.diverged("segment " + index + " was asked for twice (MEM-4)");
    }
    if (index == failAt) {
      host.failed(index, fault);
      throw fault;
    }
    acquired.set(index);
    return memory.segment(index);
  }

  @Override
  public synchronized void release(int index) {
    if (!acquired.get(index) || released.get(index)) {
      throw host.diverged(
          "segment "
              + index
              + " was released "
              + (acquired.get(index) ? "twice" : "but never taken")
              + " (MEM-4)");
    }
    released.set(index);
    if (host.isInUse(memory.segment(index))) {
      throw host.diverged(
          "segment " + index + " was released under an operation in flight (MEM-4)");
    }
  }

  /** What was taken and not released, or null. */
  synchronized @Nullable String unbalanced() {
    return acquired.equals(released)
        ? null
        : "segments taken " + acquired + ", released " + released;
  }

  @Override
  public String toString() {
    return failAt < 0 ? "" : ", segment " + failAt + " fails";
  }
}
