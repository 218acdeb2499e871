package io.penstock.testkit.oracle;

import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.Errno;
import io.penstock.core.request.IoFlag;
import java.lang.foreign.MemorySegment;

/**
 * Whether a request that must be one bio (ADM-12, BIO-9) can be. Where that depends on how memory
 * is copied, both outcomes are right.
 */
final class OneBio {
  private OneBio() {}

  static void judge(Flight flight, QueueLimits own) {
    Walk walk = flight.walk;
    boolean noWait = flight.has(IoFlag.NOWAIT);
    if (!(noWait || flight.has(IoFlag.ATOMIC))
        || walk.plan().isEmpty()
        || walk.mustFail() != null) {
      return;
    }
    Errno errno = noWait ? Errno.EAGAIN : Errno.EINVAL;
    QueueLimits limits = walk.plan().getFirst().device.limits();
    long bytes = 0;
    long most = 0;
    long least = 0;
    for (Walk.Extent each : walk.plan()) {
      bytes += each.length;
      if (each.zeros) {
        long piece = Math.min(4096, limits.maxSegmentBytes());
        most += (each.length + piece - 1) / piece;
        least += (each.length + limits.maxSegmentBytes() - 1) / limits.maxSegmentBytes();
      } else {
        most += pieces(flight, each, limits, false);
        least += pieces(flight, each, limits, true);
      }
    }
    boolean copied = flight.memory.mayBeCopied();
    if (bytes > limits.maxBytes() || (!copied && least > limits.maxSegments())) {
      walk.mustFail(errno);
    } else if (most > limits.maxSegments() || (!noWait && !limits.equals(own))) {
      walk.mayFail(errno);
    }
  }

  private static long pieces(
      Flight flight, Walk.Extent extent, QueueLimits limits, boolean merged) {
    long from = extent.offset - flight.position;
    long to = from + extent.length;
    long count = 0;
    long run = 0;
    long end = -1;
    for (int i = 0; i < flight.memory.count(); i++) {
      MemorySegment segment = flight.memory.segment(i);
      long first = Math.max(from, flight.memory.start(i));
      long last = Math.min(to, flight.memory.start(i) + segment.byteSize());
      if (first >= last) {
        continue;
      }
      boolean adjoins = merged && segment.isNative() && segment.address() == end;
      if (!adjoins) {
        count += (run + limits.maxSegmentBytes() - 1) / limits.maxSegmentBytes();
        run = 0;
      }
      run += last - first;
      end = segment.isNative() ? segment.address() + segment.byteSize() : -1;
    }
    return count + (run + limits.maxSegmentBytes() - 1) / limits.maxSegmentBytes();
  }
}
