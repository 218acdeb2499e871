package io.penstock.jmx;

/**
 * The operations of one device, {@code io.penstock:type=Device,name="...",id=n}. Numbers count from
 * the first measured file that uses it.
 */
public interface DeviceMXBean {
  /** Name of the device. */
  String getName();

  /** Device operations that read. */
  Operations getReads();

  /** Device operations that write. */
  Operations getWrites();

  /** Operations that the device has at this moment. */
  int getInFlight();

  /** What half of the operations waited at most before the device began them, microseconds. */
  double getQueuedMedianMicros();

  /** The same of 99 in 100. */
  double getQueuedP99Micros();
}
