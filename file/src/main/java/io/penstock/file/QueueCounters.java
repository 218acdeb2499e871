package io.penstock.file;

import io.penstock.core.device.HostDevice;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the limits did to the operations of one file (FILE-8). Thread-safe. */
final class QueueCounters {
  final AtomicInteger queued = new AtomicInteger();
  final LongAdder delayed = new LongAdder();
  final LongAdder refused = new LongAdder();

  /** Those of a device; of one without limits, which stay 0. */
  static QueueCounters of(HostDevice device) {
    return device instanceof LimitedDevice limited ? limited.queueing() : new QueueCounters();
  }
}
