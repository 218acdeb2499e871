package io.penstock.testkit.crash;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import java.io.IOException;

/** Reports one flush as done without doing it. For one thread. */
final class SwallowedFlush extends ForwardingDevice {
  private final int swallowed;
  private int flushes;
  private boolean cached;
  private boolean needed;

  /** Swallows the flush of that number, from 1. */
  SwallowedFlush(BlockDevice delegate, int number) {
    super(delegate);
    swallowed = number;
  }

  @Override
  public void submit(Bio bio) {
    cached |= bio.isWrite() && !bio.isForcedUnitAccess();
    delegate().submit(bio);
  }

  @Override
  public void flush() throws IOException {
    if (++flushes == swallowed) {
      needed = cached;
    } else {
      delegate().flush();
    }
    cached = false;
  }

  /** Whether there was anything to flush: otherwise nothing is broken. */
  boolean wasNeeded() {
    return needed;
  }
}
