package io.penstock.testkit.crash;

import io.penstock.core.bio.Bio;
import io.penstock.core.completion.Reaping;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries out bios that somebody waits for at once, and holds all others until it is told which is
 * next: the order of everything is decided by one thread, its user's.
 */
final class PacedDevice extends ForwardingDevice {
  private final List<Bio> held = new ArrayList<>();

  PacedDevice(BlockDevice delegate) {
    super(delegate);
  }

  @Override
  public void submit(Bio bio) {
    if (bio.isSynchronous()) {
      delegate().submit(bio);
    } else {
      held.add(bio);
    }
  }

  /** How many are held. */
  int held() {
    return held.size();
  }

  /** Carries out the one at {@code index}, in the order of submission. */
  void letGo(int index) {
    Bio bio = held.remove(index);
    Reaping.begin();
    try {
      delegate().submit(bio);
    } finally {
      Reaping.end();
    }
  }
}
