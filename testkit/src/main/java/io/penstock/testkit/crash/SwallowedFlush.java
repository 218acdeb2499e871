package io.penstock.testkit.crash;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.InterposingDevice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reports one flush as done without doing it. For one thread. */
final class SwallowedFlush extends InterposingDevice {
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
    interpose(bio);
  }

  @Override
  protected void ended(Bio bio, @Nullable IOException error) {
    cached |= bio.isWrite() && !bio.isForcedUnitAccess();
    bio.complete(error);
  }

  @Override
  public void flush() throws IOException {
    if (++flushes == swallowed) {
      needed = cached;
      return;
    }
    cached = false;
    delegate().flush();
  }

  /** Whether there was anything to flush: otherwise nothing is broken. */
  boolean wasNeeded() {
    return needed;
  }
}
