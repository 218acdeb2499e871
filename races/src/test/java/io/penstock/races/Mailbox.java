package io.penstock.races;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.device.QueueLimits;
import org.jspecify.annotations.Nullable;

/**
 * A device whose thread is the other thread of the race: it finds the bios here, one after the
 * other. A bio is handed over by nothing but a volatile field.
 */
public final class Mailbox implements BlockDevice {
  private static final QueueLimits LIMITS = QueueLimits.of(512);
  private static final IoCounters COUNTERS = new IoCounters();

  private volatile @Nullable Bio bio;

  /** Empty. */
  public Mailbox() {}

  @Override
  public void submit(Bio sent) {
    Pause.until(() -> bio == null);
    bio = sent;
  }

  /** Takes the next bio, waiting for it. */
  public Bio take() {
    Pause.until(() -> bio != null);
    Bio taken = bio;
    bio = null;
    return taken;
  }

  @Override
  public String name() {
    return "mailbox";
  }

  @Override
  public long size() {
    return 1 << 20;
  }

  @Override
  public QueueLimits limits() {
    return LIMITS;
  }

  @Override
  public void flush() {}

  @Override
  public IoCounters counters() {
    return COUNTERS;
  }

  @Override
  public void close() {}
}
