package io.penstock.engine.events;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;

/** Lets every bio wait for its turn, tells that it begins, and takes its time then. */
final class LateDevice extends ForwardingDevice {
  private final long queueNanos;
  private final long serviceNanos;

  LateDevice(BlockDevice delegate, long queueNanos, long serviceNanos) {
    super(delegate);
    this.queueNanos = queueNanos;
    this.serviceNanos = serviceNanos;
  }

  @Override
  public void submit(Bio bio) {
    spend(queueNanos);
    bio.begun();
    spend(serviceNanos);
    delegate().submit(bio);
  }

  /** Keeps the thread busy: what is measured is the clock, and this waits for the same one. */
  static void spend(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }
}
